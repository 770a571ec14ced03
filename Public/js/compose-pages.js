'use strict';
// Conveniences of the steps without a builder. Everything works without them.

(() => {
  // Buttons that are only needed without scripts.
  for (const el of document.querySelectorAll('[data-no-script]')) el.hidden = true;

  // "Select all shown" and the number selected. htmx replaces results, so this listens on the document.
  const boxes = (form) => [...form.querySelectorAll('input[type="checkbox"][name]:not(:disabled)')];

  function count(form) {
    const picked = boxes(form).filter((box) => box.checked).length;
    form.querySelector('[data-pick-count]').textContent = picked ? `${picked} selected` : '';
    const all = form.querySelector('[data-pick-all] input');
    all.checked = picked > 0 && picked === boxes(form).length;
    all.indeterminate = picked > 0 && !all.checked;
  }

  document.addEventListener('change', (event) => {
    const form = event.target.closest?.('[data-pick]');
    if (!form) return;
    if (event.target.closest('[data-pick-all]')) for (const box of boxes(form)) box.checked = event.target.checked;
    count(form);
  });

  function prepare(root) {
    for (const label of root.querySelectorAll('[data-pick-all]')) label.hidden = !boxes(label.closest('form')).length;
  }
  prepare(document);
  document.addEventListener('htmx:afterSwap', () => prepare(document));
})();
