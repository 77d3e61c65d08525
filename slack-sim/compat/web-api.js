// A day of @slack/web-api: messages, pages, a limit, a file.
'use strict';
const assert = require('node:assert/strict');
const { ErrorCode, LogLevel, WebClient } = require('@slack/web-api');
const { day } = require('./sim.js');
const { home, message } = require('./views.json');

day('@slack/web-api', async (step, start) => {
  const sim = await start();
  const web = new WebClient(sim.botToken, { slackApiUrl: sim.apiUrl, logLevel: LogLevel.ERROR });
  const sales = (await sim.get('channels')).find((channel) => channel.name === 'sales').id;

  await step('says who it is', async () => {
    const me = await web.auth.test();
    const { bot, team_id } = await sim.get('workspace');
    assert.deepEqual([me.user_id, me.team_id, me.bot_id], [bot.user_id, team_id, bot.bot_id]);
    assert.ok(me.response_metadata.scopes.includes('chat:write'), 'the scopes come in a header');
  });

  await step('posts, changes and deletes a message', async () => {
    const posted = await web.chat.postMessage({ channel: sales, text: 'Good morning & welcome', blocks: message });
    assert.equal(posted.message.blocks[1].block_id, 'choices');
    await web.chat.update({ channel: sales, ts: posted.ts, text: 'Good day', blocks: [] });
    assert.equal((await sim.message('Good day')).ts, posted.ts);
    await web.chat.delete({ channel: sales, ts: posted.ts });
    assert.equal(await sim.message('Good day'), undefined);
  });

  await step('is told by name what it did wrong', async () => {
    const refused = (await web.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }).catch((error) => error)) ?? {};
    assert.deepEqual([refused.code, refused.data?.error], [ErrorCode.PlatformError, 'channel_not_found']);
    const stranger = new WebClient('xoxb-wrong', { slackApiUrl: sim.apiUrl, logLevel: LogLevel.ERROR });
    assert.equal((await stranger.auth.test().catch((error) => error)).data?.error, 'invalid_auth');
    const wrong = [{ type: 'section', text: { type: 'plain_text', text: '' } }];
    const blocks = await web.chat.postMessage({ channel: sales, text: 'x', blocks: wrong }).catch((error) => error);
    assert.equal(blocks.data?.error, 'invalid_blocks');
    assert.match(blocks.data.response_metadata.messages[0], /json-pointer:\/blocks\/0\/text/);
  });

  await step('reads all pages of conversations.list', async () => {
    const names = [];
    let pages = 0;
    for await (const page of web.paginate('conversations.list', { limit: 1, types: 'public_channel' })) {
      pages += 1;
      names.push(...page.channels.map((channel) => channel.name));
    }
    assert.deepEqual(names.sort(), ['general', 'sales', 'support']);
    assert.equal(pages, 3);
  });

  await step('waits out a 429 by itself', async () => {
    await sim.act('faults', { on: 'chat.postMessage', fault: { rate_limited: 1 }, times: 1 });
    let told;
    web.once('rate_limited', (seconds) => (told = seconds));
    await web.chat.postMessage({ channel: sales, text: 'Patience' });
    assert.equal(told, 1);
    assert.ok(await sim.message('Patience'));
    assert.deepEqual((await sim.calls('chat.postMessage')).slice(-2).map((call) => call.status), [429, 200]);
  });

  await step('uploads a file', async () => {
    const content = 'customer,complaint\nAcme,"late & wrong"\n';
    const done = await web.filesUploadV2({ channel_id: sales, filename: 'list.csv', content, initial_comment: 'The list' });
    const { id } = done.files[0].files[0];
    const shared = await sim.message('The list');
    assert.deepEqual([shared?.files?.[0]?.id, shared?.files?.[0]?.name], [id, 'list.csv']);
    assert.equal(await (await fetch(`${sim.url}/sim/files/${id}`)).text(), content);
  });

  await step('publishes a home', async () => {
    const lee = (await sim.get('people')).find((person) => person.name === 'lee').id;
    const { view } = await web.views.publish({ user_id: lee, view: home });
    assert.equal(view.type, 'home');
    assert.equal((await sim.views()).home.id, view.id);
  });

  await step('reads history and replies', async () => {
    const { ts } = await sim.say('Is anybody here?');
    await web.chat.postMessage({ channel: sales, thread_ts: ts, text: 'I am' });
    const history = await web.conversations.history({ channel: sales, limit: 100 });
    assert.ok(history.messages.some((message) => message.ts === ts));
    const replies = await web.conversations.replies({ channel: sales, ts });
    assert.deepEqual(replies.messages.map((message) => message.text), ['Is anybody here?', 'I am']);
  });
});
