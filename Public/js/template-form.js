// The form of a message template: the builder, placeholders and counter of step 2 of the wizard. Without this file the
// page is a plain form.

import { createEmailPane } from './compose-email.js';
import { createPlaceholders } from './compose-placeholders.js';
import { show as showSegments } from './compose-segments.js';

const form = document.querySelector('[data-template-form]');

for (const area of form.querySelectorAll('[data-counted]')) {
  const line = document.getElementById(area.dataset.counted);
  const count = () => showSegments(line, area.value);
  area.addEventListener('input', count);
  count();
}

let changed = false;
const email = createEmailPane(form, () => {
  changed = true;
});
createPlaceholders(form, email);
form.addEventListener('input', (event) => {
  if (event.target.name) changed = true;
});

// This form is not saved automatically: leaving asks first.
addEventListener('beforeunload', (event) => {
  if (changed) event.preventDefault();
});

let going = false;
form.addEventListener('submit', async (event) => {
  if (going) return;
  event.preventDefault();
  const { submitter } = event;
  await email.finish();
  email.sync();
  // With nothing left to finish the event is still being dispatched, and the browser would ignore the second submit.
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  going = true;
  changed = false;
  form.requestSubmit(submitter);
});
// After the user comes back to this page, the form must be usable again.
addEventListener('pageshow', () => {
  going = false;
});
