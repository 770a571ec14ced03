// Every page works without this file; with it, pages respond faster. All rules are on the server.

const html = document.documentElement;
const panel = document.getElementById('panel');

// Theme: the buttons post a form. This sets the same cookie without a round trip.
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[name="theme"]');
  if (!button) return;
  event.preventDefault();
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  html.dataset.theme = button.value;
  for (const other of document.querySelectorAll('button[name="theme"]')) {
    other.setAttribute('aria-pressed', String(other.value === button.value));
  }
});

// Menus are details elements: one open at a time, closed by Escape or a click elsewhere.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = document.querySelector('details[data-menu][open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// Busy buttons show what is happening and refuse a second submit. A busy button is disabled only after the form has
// been read, because the value of a disabled button is not sent.
document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (form.method === 'dialog') return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter;
    if (!button?.dataset.busy) return;
    form.dataset.sent = 'yes';
    button.dataset.label = button.innerHTML;
    button.textContent = button.dataset.busy;
    button.classList.add('is-busy');
    button.setAttribute('aria-disabled', 'true');
  },
  true,
);

function settle(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('button.is-busy')) {
    button.innerHTML = button.dataset.label;
    button.classList.remove('is-busy');
    button.removeAttribute('aria-disabled');
  }
}
document.addEventListener('htmx:afterRequest', (event) => {
  const form = event.detail.elt.closest('form');
  if (form) settle(form);
});
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(settle));

// The panel: htmx loads a link marked data-panel into the dialog, which opens when the response has arrived.
let opener = null;
document.addEventListener('htmx:beforeRequest', (event) => {
  const link = event.detail.elt;
  if (link.matches('[data-panel]')) opener = link;
  // A hidden tab does not poll; the next tick after it is shown does.
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});
document.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target.id !== 'panel-body' || !opener) return;
  panel.dataset.kind = opener.dataset.panel || 'side';
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
});
panel?.addEventListener('click', (event) => {
  if (event.target === panel || event.target.closest('[data-close-panel]')) {
    event.preventDefault();
    panel.close();
  }
});
panel?.addEventListener('close', () => {
  document.getElementById('panel-body').replaceChildren();
  // The row may have been replaced while the panel was open: find it again by its id.
  if (opener) (document.getElementById(opener.id) ?? opener).focus();
  opener = null;
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-open]');
  if (button) document.getElementById(button.dataset.open)?.showModal();
});

// A user who was signed out is sent to the sign-in page instead of seeing it inside a table.
document.addEventListener('htmx:beforeSwap', (event) => {
  const url = event.detail.xhr.responseURL;
  if (url && new URL(url).pathname === '/login') {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
const net = document.getElementById('net');
function say(words) {
  if (net && net.textContent !== words) net.textContent = words;
}
document.addEventListener('htmx:sendError', () => say('No connection. Trying again…'));
document.addEventListener('htmx:responseError', (event) => {
  say(
    event.detail.xhr.status === 404
      ? 'This no longer exists. Reload the page.'
      : 'The server could not answer. Trying again…',
  );
});
document.addEventListener('htmx:afterOnLoad', () => say(''));

// Filters: choose the field, then its value. Without this file all fields are shown at once.
function prepareFilters(root) {
  for (const form of root.querySelectorAll('form[data-filter]')) {
    const picker = form.querySelector('[data-filter-picker]');
    const select = picker.querySelector('select');
    const show = () => {
      for (const field of form.querySelectorAll('[data-filter-field]')) {
        field.hidden = field.dataset.filterField !== select.value;
      }
    };
    picker.hidden = false;
    select.addEventListener('change', show);
    show();
  }
}

// On a phone the tabs are one scrolling line: scroll the current one into view.
function showOpenTab(root) {
  for (const tab of root.querySelectorAll('.tabs > [aria-current]')) {
    const [line, own] = [tab.parentElement.getBoundingClientRect(), tab.getBoundingClientRect()];
    tab.parentElement.scrollLeft += own.left + own.width / 2 - line.left - line.width / 2;
  }
}

function prepare(root) {
  prepareFilters(root);
  showOpenTab(root);
  for (const button of root.querySelectorAll('[data-dismiss]')) button.hidden = false;
}
prepare(document);
addEventListener('resize', () => showOpenTab(document));
document.addEventListener('htmx:afterSettle', (event) => {
  const target = document.getElementById(event.detail.target.id) ?? event.detail.target;
  prepare(target);
  if (document.activeElement === document.body) target.querySelector('summary.btn')?.focus();
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-dismiss]');
  if (button) button.closest('.flash').remove();
});

document.addEventListener('change', (event) => {
  if (event.target.matches('select[data-autosubmit]')) event.target.form.requestSubmit();
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  navigator.clipboard?.writeText(source.value ?? source.textContent).then(
    () => say('Copied'),
    () => {},
  );
});

document.querySelector('[data-focus]')?.focus();
for (const select of document.querySelectorAll('select[data-timezone]')) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (select.value === '' && [...select.options].some((option) => option.value === zone)) select.value = zone;
}
