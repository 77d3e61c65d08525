// A day of @slack/bolt over Socket Mode.
'use strict';
const assert = require('node:assert/strict');
const { App, LogLevel, SocketModeReceiver } = require('@slack/bolt');
const { day, until, within } = require('./sim.js');
const { listen, steps } = require('./bolt-day.js');

day('@slack/bolt, Socket Mode', async (step, start) => {
  const sim = await start();
  const clientOptions = { slackApiUrl: sim.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: sim.appToken,
    logLevel: LogLevel.ERROR,
    // It also says how long the client waits before it connects anew.
    clientPingTimeout: 500,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: sim.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  listen(app);

  await step('connects and is greeted', async () => {
    await within(app.start(), 'hello');
    assert.equal((await sim.get('workspace')).lines, 1);
  });

  await steps(step, sim, app);

  await step('moves to a new line when asked, and hears on it', async () => {
    const connected = within(new Promise((resolve) => receiver.client.once('connected', resolve)), 'a second hello');
    await sim.act('lines', { farewell: 'refresh_requested' });
    await connected;
    await sim.say('echo after the farewell');
    await until('an answer on the new line', () => sim.message('You said: after the farewell'));
  });

  await within(app.stop(), 'the end of the line');
});
