// A day of @slack/bolt over signed HTTP.
'use strict';
const assert = require('node:assert/strict');
const { createHmac } = require('node:crypto');
const { App, LogLevel } = require('@slack/bolt');
const { day, freePort } = require('./sim.js');
const { listen, steps } = require('./bolt-day.js');

const SECRET = 'a secret of this day alone';

/** A request as Slack makes it, signed with any secret, so many seconds ago. */
async function deliver(url, body, secret, age = 0) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return [answer.status, await answer.text()];
}

day('@slack/bolt, HTTP', async (step, start) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const sim = await start('--app-url', url, '--signing-secret', SECRET);
  const app = new App({
    token: sim.botToken,
    signingSecret: SECRET,
    clientOptions: { slackApiUrl: sim.apiUrl },
    // It tells at length of each request that it refuses, and two are meant to be refused.
    logLevel: LogLevel.ERROR,
  });
  listen(app);
  await app.start(port);

  await step('answers the challenge, and nobody who cannot sign', async () => {
    const challenge = JSON.stringify({ type: 'url_verification', token: 'x', challenge: 'c7' });
    assert.deepEqual(await deliver(url, challenge, SECRET), [200, JSON.stringify({ challenge: 'c7' })]);
    assert.equal((await deliver(url, challenge, 'another secret'))[0], 401);
    assert.equal((await deliver(url, challenge, SECRET, 600))[0], 401);
  });

  await steps(step, sim, app);

  await step('was sent nothing by Socket Mode', async () => {
    const { lines, mode } = await sim.get('workspace');
    assert.deepEqual([lines, mode], [0, 'http']);
    const kinds = new Set((await sim.get('traffic')).map((row) => row.kind));
    assert.ok(kinds.has('http') && !kinds.has('envelope'), [...kinds].join());
  });

  await app.stop();
});
