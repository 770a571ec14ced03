// The preview next to the form of a wrapper or mail template, updated while the user types. The server renders it, so
// it is what will be sent. A new frame for each update adds no entries to the browser's history.

const form = document.querySelector('[data-preview-of]');
const place = document.querySelector('[data-preview-frame]');
const button = form.querySelector('[data-preview]');
const post = document.createElement('form');
Object.assign(post, { method: 'post', action: form.dataset.previewOf, target: 'dress-preview', hidden: true });
document.body.append(post);

function show() {
  const old = place.querySelector('iframe');
  const frame = old.cloneNode();
  old.removeAttribute('name');
  place.append(frame);
  frame.hidden = true;
  frame.addEventListener(
    'load',
    () => {
      old.remove();
      frame.hidden = false;
    },
    { once: true },
  );
  post.replaceChildren(
    ...[...new FormData(form)].map(([name, value]) => {
      const field = document.createElement('textarea');
      field.name = name;
      field.value = value;
      return field;
    }),
  );
  post.submit();
}

let waiting;
form.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
});
button.addEventListener('click', (event) => {
  event.preventDefault();
  show();
});
show();
