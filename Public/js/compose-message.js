// Step 2 of the wizard: connects the form, the builder and autosave. Without this file the step is a plain form.

import { createAutosave } from './compose-autosave.js';
import { createEmailPane } from './compose-email.js';
import { createPlaceholders } from './compose-placeholders.js';
import { show as showSegments } from './compose-segments.js';

const form = document.querySelector('[data-compose]');
const NOTIFICATION = ['title', 'body', 'icon', 'action_url'];
const FIELDS = [
  'name',
  'email_subject',
  'email_html',
  'email_project',
  'email_wrapper',
  'sms_text',
  'whatsapp_text',
  ...NOTIFICATION.map((part) => `push_${part}`),
  ...NOTIFICATION.map((part) => `in_app_${part}`),
];
const part = (name) => form.querySelector(`[data-${name}]`);
const input = (name) => form.elements.namedItem(name);

for (const area of form.querySelectorAll('[data-counted]')) {
  const line = document.getElementById(area.dataset.counted);
  const count = () => showSegments(line, area.value);
  area.addEventListener('input', count);
  count();
}

const email = input('email_html') ? createEmailPane(form, () => autosave.changed()) : null;
createPlaceholders(form, email);

const autosave = createAutosave({
  url: form.dataset.autosave,
  token: input('csrf').value,
  draft: form.dataset.draft,
  version: input('version').value,
  read: readFields,
  say,
  saved(version, errors) {
    input('version').value = version;
    showErrors(errors);
  },
  conflict: showConflict,
  ended(text) {
    part('ended-text').textContent = text;
    part('ended').hidden = false;
  },
});

function readFields() {
  email?.sync();
  const present = FIELDS.map((name) => [name, input(name)]).filter(([, control]) => control);
  return Object.fromEntries(present.map(([name, control]) => [name, control.value]));
}

// Fields without a name belong to the builder, which reports its own changes.
form.addEventListener('input', (event) => {
  if (event.target.name) autosave.changed();
});

const kept = autosave.kept();
if (kept) restore(kept);

function restore(fields) {
  for (const [name, value] of Object.entries(fields)) if (input(name)) input(name).value = value;
  email?.restored();
  for (const area of form.querySelectorAll('[data-counted]')) area.dispatchEvent(new Event('input', { bubbles: true }));
  part('restored').hidden = false;
  autosave.changed();
}

function say(text, tone) {
  const state = part('save-state');
  state.textContent = text;
  state.dataset.tone = tone ?? '';
}

function showErrors(errors) {
  for (const line of form.querySelectorAll('[data-error-for]')) {
    const error = errors.find(({ field }) => field === line.dataset.errorFor);
    line.textContent = error?.message ?? '';
    line.hidden = !error;
    line.closest('.field').classList.toggle('field--error', Boolean(error));
    const control = input(line.dataset.errorFor);
    if (error) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}

let theirs = null;
function showConflict(by, version) {
  theirs = version;
  part('conflict-by').textContent = by ?? 'Someone else, or you in another tab,';
  part('conflict').hidden = false;
  part('keep-mine').focus();
}

part('keep-mine').addEventListener('click', (event) => {
  if (theirs === null) return; // the server showed the banner: let the form carry the answer
  event.preventDefault();
  part('conflict').hidden = true;
  autosave.keepMine(theirs);
  theirs = null;
});
part('reload-theirs').addEventListener('click', () => autosave.abandon());

// A form sent during a save would conflict with it: the form waits for the response and uses its version.
let going = false;
form.addEventListener('submit', async (event) => {
  if (going) return;
  event.preventDefault();
  const { submitter } = event;
  await email?.finish();
  email?.sync();
  await autosave.flush();
  if (submitter?.name !== 'keep_mine' && !part('conflict').hidden) return;
  input('version').value = autosave.version;
  // With nothing left to save the event is still being dispatched, and the browser would ignore the second submit.
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  going = true;
  autosave.abandon();
  form.requestSubmit(submitter);
});
// After the user comes back to this page, the form must be usable again.
addEventListener('pageshow', () => {
  going = false;
});
