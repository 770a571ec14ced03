// Adding, moving, copying and selecting blocks with the keyboard. Blocks move in reading order: "down" enters the first
// column, goes through the columns and leaves after the last.

import { blockOf } from './builder-types.js';

const slotOf = (editor) => editor.getWrapper().find('.sb-slot')[0];
const columnsOf = (row) => row.find('.sb-column');
const last = (list) => list[list.length - 1];

/** Adds a block after the selected one (or into the selected column), selects it and returns it. */
export function addBlock(editor, content) {
  const selected = editor.getSelected();
  const isRow = content.includes('sb-columns');
  let into = slotOf(editor);
  let at = into.components().length;
  if (selected?.is('sb-column') && !isRow) {
    into = selected;
    at = selected.components().length;
  } else {
    let after = blockOf(selected);
    if (isRow && after?.parent().is('sb-column')) after = blockOf(after.parent());
    if (after) {
      into = after.parent();
      at = after.index() + 1;
    }
  }
  const [added] = into.append(content, { at });
  show(editor, added);
  return added;
}

export function moveBlock(editor, direction) {
  const block = blockOf(editor.getSelected());
  const target = block && place(block, direction);
  if (!target) return false;
  block.move(target.into, { at: target.at });
  show(editor, block);
  return true;
}

function place(block, direction) {
  const parent = block.parent();
  const siblings = parent.components();
  const index = block.index();
  const neighbour = siblings.models[index + direction]; // at(-1) would be the last
  if (neighbour) {
    if (neighbour.is('sb-columns') && block.is('sb-block')) {
      const columns = columnsOf(neighbour);
      const into = direction > 0 ? columns[0] : last(columns);
      return { into, at: direction > 0 ? 0 : into.components().length };
    }
    // `at` is an index from before the block is removed.
    return { into: parent, at: direction > 0 ? index + 2 : index - 1 };
  }
  if (!parent.is('sb-column')) return null;
  const row = blockOf(parent);
  const columns = columnsOf(row);
  const next = columns[columns.indexOf(parent) + direction];
  if (next) return { into: next, at: direction > 0 ? 0 : next.components().length };
  return { into: row.parent(), at: row.index() + (direction > 0 ? 1 : 0) };
}

export function duplicateBlock(editor) {
  const block = blockOf(editor.getSelected());
  if (!block) return;
  const [copy] = block.parent().append(block.clone(), { at: block.index() + 1 });
  show(editor, copy);
}

export function deleteBlock(editor) {
  const block = blockOf(editor.getSelected());
  if (!block) return;
  const next = neighbourInOrder(editor, block, 1) ?? neighbourInOrder(editor, block, -1);
  block.remove();
  if (next && next.parent()) show(editor, next);
  else editor.select();
}

/** Selects the next (1) or previous (-1) block, row or column in reading order. */
export function stepSelection(editor, direction) {
  const all = inOrder(editor);
  const at = all.indexOf(pickable(editor.getSelected()));
  const next = at < 0 ? (direction > 0 ? all[0] : last(all)) : all[at + direction];
  if (next) show(editor, next);
}

const inOrder = (editor) => editor.getWrapper().find('.sb-block, .sb-columns, .sb-column');
const pickable = (component) => (component?.is('sb-column') ? component : blockOf(component));

function neighbourInOrder(editor, block, direction) {
  const all = inOrder(editor).filter(
    (one) => one === block || (!one.isChildOf?.(block) && !one.is('sb-column') && !one.parents().includes(block)),
  );
  return all[all.indexOf(block) + direction];
}

function show(editor, component) {
  editor.select(component);
  component.view?.el?.scrollIntoView({ block: 'nearest' });
}
