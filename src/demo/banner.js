// The demo's clock above the workspace: shows the time, and turns it.
const banner = document.getElementById('banner');
const time = Object.assign(document.createElement('span'), { className: 'clock', role: 'status' });
const said = Object.assign(document.createElement('span'), { className: 'note' });

function button(label, title, turn) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: label, title });
  made.addEventListener('click', () => turnClock(turn));
  return made;
}

const buttons = [
  button('+1 hour', 'Turn the clock on by an hour', { advance: 'PT1H' }),
  button('Next morning', 'Turn the clock to 09:00, when digests are due', { next: 'morning' }),
];

async function show(answered) {
  const answer = await (await answered).json();
  if (answer.ok) time.textContent = answer.shown;
  else said.textContent = answer.error;
}

async function turnClock(turn) {
  said.textContent = 'Turning ...';
  buttons.forEach((one) => { one.disabled = true; });
  try {
    said.textContent = '';
    await show(fetch('/demo/clock', { method: 'POST', body: JSON.stringify(turn) }));
  } catch {
    said.textContent = 'The demo has ended. Start it again.';
  } finally {
    buttons.forEach((one) => { one.disabled = false; });
  }
}

const title = Object.assign(document.createElement('strong'), { textContent: 'All Ears, demo' });
const hint = Object.assign(document.createElement('span'), {
  className: 'note',
  textContent: 'Type /heard and what a customer said, then press Next morning.',
});
banner.append(title, time, ...buttons, said, hint);
banner.hidden = false;
show(fetch('/demo/clock')).catch(() => {});
setInterval(() => { show(fetch('/demo/clock')).catch(() => {}); }, 10_000);
