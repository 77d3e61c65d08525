// Starts the simulator as a process, acts in it as people do, and counts the steps of a day.
'use strict';
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const net = require('node:net');
const { createInterface } = require('node:readline');

const PATIENCE = 20_000;

/** What the program prints before its last line, by the word in front: page, API, bot, app, secret. */
async function said(process) {
  const printed = {};
  for await (const line of createInterface({ input: process.stdout })) {
    const [, name, value] = line.match(/^(.*?)\s+(\S+)$/) ?? [];
    printed[name] = value;
    if (line.startsWith('Ctrl-C')) return printed;
  }
  throw new Error('the simulator ended before it was ready');
}

class Sim {
  static async start(...args) {
    const binary = process.env.SLACK_SIM;
    assert.ok(binary, 'SLACK_SIM names the simulator; slack-sim/compat/run sets it');
    const sim = new Sim();
    sim.process = spawn(binary, ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const printed = await said(sim.process);
    sim.url = printed.page;
    sim.apiUrl = `${printed['Web API']}/`;
    sim.botToken = printed.bot;
    sim.appToken = printed.app;
    return sim;
  }

  stop() {
    this.process.kill();
  }

  async get(path) {
    const answer = await fetch(`${this.url}/sim/${path}`);
    const body = await answer.json();
    assert.ok(answer.ok, `GET /sim/${path}: ${JSON.stringify(body)}`);
    return body;
  }

  /** An act of a person. One that the simulator refuses is a failure here. */
  async act(what, body) {
    const answer = await fetch(`${this.url}/sim/${what}`, { method: 'POST', body: JSON.stringify(body) });
    const done = await answer.json();
    assert.ok(answer.ok, `POST /sim/${what}: ${JSON.stringify(done)}`);
    return done;
  }

  /** Lee says something in #sales. */
  say(text) {
    return this.act('message', { user: 'lee', channel: 'sales', text });
  }

  /** Lee uses an element of a message in #sales, or of a view when `where` has its id. */
  press(where, block_id, action_id, more = {}) {
    const place = where.view_id ? {} : { channel: 'sales' };
    return this.act('press', { user: 'lee', ...place, ...where, block_id, action_id, ...more });
  }

  messages() {
    return this.get('channels/sales/messages?flat=1');
  }

  /** The newest message of #sales with exactly this text. */
  async message(text) {
    return (await this.messages()).findLast((message) => message.text === text);
  }

  views() {
    return this.get('people/lee/views');
  }

  async calls(method) {
    return (await this.get('calls')).filter((call) => call.method === method);
  }
}

/** What a listener heard, handed over to the step that waits for it. */
class Heard {
  constructor() {
    this.kept = [];
    this.waiting = [];
  }

  put(thing) {
    const next = this.waiting.shift();
    next ? next(thing) : this.kept.push(thing);
  }

  take(what) {
    if (this.kept.length > 0) return Promise.resolve(this.kept.shift());
    return within(new Promise((resolve) => this.waiting.push(resolve)), what);
  }
}

/** Fails where something never happens, instead of waiting for ever. */
function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected ${what}; it did not come`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks again and again until the answer is true in JavaScript's sense; answers it. */
async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`expected ${what}; it never was so`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs the steps of a day in order, one line each, and ends the process. */
async function day(client, live) {
  let passed = 0;
  let failed = 0;
  const step = async (what, run) => {
    try {
      await run();
      passed += 1;
      console.log(`ok      ${client}: ${what}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${client}: ${what}\n${error.message}`);
    }
  };
  const sims = [];
  const start = async (...args) => {
    sims.push(await Sim.start(...args));
    return sims.at(-1);
  };
  try {
    await live(step, start);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${client}: ${error.stack}`);
  }
  for (const sim of sims) sim.stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

module.exports = { Heard, day, freePort, until, within };
