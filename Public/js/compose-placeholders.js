// Quick Placeholders: inserted into the field last used, or the text being edited in the builder.

export function createPlaceholders(form, email) {
  const box = form.querySelector('[data-placeholders]');
  const said = form.querySelector('[data-placeholder-said]');
  let last = null; // a field, or 'builder'

  form.addEventListener('focusin', (event) => {
    if (event.target.matches('[data-placeholder-target]')) last = event.target;
  });
  email?.onBuilderFocus(() => {
    last = 'builder';
  });

  // A press on a button would end text editing in the canvas before its click arrives.
  box.addEventListener('mousedown', (event) => {
    event.stopPropagation();
    event.preventDefault();
  });
  box.addEventListener('click', (event) => {
    const button = event.target.closest('[data-token]');
    if (button)
      said.textContent = put(button.dataset.token)
        ? `${button.dataset.token} inserted.`
        : 'Choose a field or a text first.';
  });

  function put(token) {
    if (last === 'builder' && email?.insert(token)) return true;
    const field =
      last instanceof HTMLElement && last.isConnected && last.offsetParent
        ? last
        : form.querySelector('[data-placeholder-target]:not([type=hidden])');
    if (!field) return false;
    field.setRangeText(
      token,
      field.selectionStart ?? field.value.length,
      field.selectionEnd ?? field.value.length,
      'end',
    );
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    if (!field.name) field.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  }
}
