// The drag-and-drop email builder. GrapesJS provides the canvas.
//
// GrapesJS writes styles into the page, so this only runs on pages whose policy allows inline styles: step 2 of the
// wizard and the form of message templates. Nothing is loaded from other origins (`cssIcons` would be).

import { BLOCKS, starter } from './builder-blocks.js';
import { exportHTML, importHTML, isLossy, packProject, unpackProject } from './builder-export.js';
import { createInspector, make } from './builder-inspector.js';
import { addBlock, deleteBlock, duplicateBlock, moveBlock } from './builder-move.js';
import { createTextTools } from './builder-text.js';
import { addTypes } from './builder-types.js';

const CANVAS_CSS = `
  body { background: #f3f4f6; color: #1f2933; }
  .sb-slot:empty, .sb-column:empty { height: 72px; outline: 1px dashed #9aa5b1; outline-offset: -6px; }
  .sb-column:empty::after { content: 'Drop a block here'; display: block; text-align: center; font: 13px system-ui, sans-serif; color: #5b6773; }
  img.sb-img:not([src]), img.sb-img[src=''] { min-height: 140px; background: #e4e7eb; outline: 1px dashed #7b8794; outline-offset: -8px; }
  [contenteditable=true]:focus { outline: 2px solid #2563eb; outline-offset: 2px; }
  @media only screen and (max-width: 480px) {
    .sb-outer { padding: 0 !important; }
    .sb-columns, .sb-columns > tbody, .sb-columns > tbody > tr { display: block !important; width: 100% !important; }
    .sb-column { display: block !important; width: 100% !important; box-sizing: border-box !important; }
    .sb-cell { padding-left: 20px !important; padding-right: 20px !important; }
  }`;

const MOBILE_WIDTH = '360px';

/**
 * @param {HTMLElement} root the builder's shell (Compose/ComposeBuilder)
 * @param {{html: string, project: string, changed: () => void}} options
 */
export function createBuilder(root, { html, project, changed }) {
  const part = (name) => root.querySelector(`[data-builder="${name}"]`);
  const editor = globalThis.grapesjs.init({
    container: part('canvas'),
    height: '100%',
    width: 'auto',
    fromElement: false,
    storageManager: false,
    noticeOnUnload: false,
    cssIcons: '',
    canvasCss: CANVAS_CSS,
    protectedCss: '',
    avoidInlineStyle: false,
    forceClass: false,
    panels: { defaults: [] },
    showToolbar: true,
    showDevices: false,
    multipleSelection: false,
    blockManager: { custom: true, blocks: [] },
    deviceManager: {
      devices: [
        { id: 'desktop', name: 'Desktop', width: '' },
        { id: 'mobile', name: 'Mobile', width: MOBILE_WIDTH, widthMedia: '' },
      ],
    },
    assetManager: { upload: false, assets: [] },
    undoManager: { trackSelection: false },
    plugins: [addTypes],
  });
  label(editor, part('canvas'));
  withoutSurprises(editor);
  const text = createTextTools(editor, part('format'));
  const inspector = createInspector(editor, part('inspector'), text.edit);
  fillPalette(editor, part('palette'), part('status'));
  toolbar(editor, root, text);

  let given = { html, project };
  let now = given;
  let pristine = null; // the builder's export of `given`: anything else is a change by the user
  let stale = false;

  function load(source, data) {
    // Neither keeps the selection; the inspector must not write to a removed block.
    editor.select();
    if (data) editor.loadProjectData(data);
    else if (source.trim()) importHTML(editor, source);
    else editor.setComponents(starter());
    inspector.render();
    pristine = exportHTML(editor);
    // After this turn GrapesJS records its changes to the loaded content as undo steps.
    setTimeout(() => {
      editor.UndoManager.clear();
      undoState(editor, root);
    }, 0);
  }

  const started = new Promise((resolve) => {
    editor.on('load', () => {
      load(html, unpackProject(project, html));
      resolve();
    });
  });

  const touched = () => {
    stale = pristine !== null;
    if (stale) changed();
  };
  editor.on('update component:input', touched);

  return {
    editor,
    text,
    started,
    /** The current content, also during typing. Unchanged content is returned as it was given. */
    read() {
      if (!stale) return now;
      const typing = Boolean(editor.getModel().getEditing());
      const made = exportHTML(editor);
      stale = false;
      // Text that is being typed is in the HTML but not yet in the project, so the project is left empty.
      if (made === pristine) now = given;
      else now = { html: made, project: typing ? '' : packProject(editor, made) };
      return now;
    },
    /** True until the user changes what was last loaded; GrapesJS also reports its own loading as changes. */
    untouched: () => exportHTML(editor) === pristine,
    /** Loads HTML that was edited by hand. Returns whether the builder would lose part of it. */
    take(source) {
      given = now = { html: source, project: '' };
      stale = false;
      load(source, null);
      return isLossy(source, exportHTML(editor));
    },
  };
}

/** Removes single-letter shortcuts of GrapesJS, which would also fire outside the builder. */
function withoutSurprises(editor) {
  for (const id of ['core:component-next', 'core:component-prev', 'core:component-enter', 'core:component-exit'])
    editor.Keymaps.remove(id);
  editor.Commands.add('sb:up', () => moveBlock(editor, -1));
  editor.Commands.add('sb:down', () => moveBlock(editor, 1));
  editor.Commands.add('sb:duplicate', () => duplicateBlock(editor));
  editor.Commands.add('sb:delete', () => deleteBlock(editor));
}

// GrapesJS adds controls and a frame without accessible names to its canvas, some of them after it reports ready.
function label(editor, canvas) {
  const name = () => {
    for (const frame of canvas.querySelectorAll('iframe:not([title])')) frame.title = 'Email being built';
    for (const el of canvas.querySelectorAll('select:not([aria-label]), input:not([aria-label])'))
      el.setAttribute('aria-label', 'Builder');
  };
  new MutationObserver(name).observe(canvas, { childList: true, subtree: true });
  name();
  editor.on('load', () => {
    editor.Canvas.getDocument().documentElement.lang = 'en';
  });
}

function fillPalette(editor, palette, status) {
  const manager = editor.BlockManager;
  for (const { id, label: words, media, content } of BLOCKS) {
    const block = manager.add(id, { label: words, media, content });
    const button = make('button', { type: 'button', class: 'builder-block', draggable: 'true', 'data-block': id });
    const drawing = make('span', { class: 'builder-block__media' });
    drawing.innerHTML = media;
    button.append(drawing, make('span', {}, words));
    button.addEventListener('dragstart', (event) => {
      event.dataTransfer.setData('text/plain', words); // Firefox starts no drag without data
      event.dataTransfer.effectAllowed = 'copy';
      manager.startDrag(block, event);
    });
    button.addEventListener('dragend', () => manager.endDrag());
    button.addEventListener('click', () => {
      addBlock(editor, content);
      status.textContent = `${words} added.`;
    });
    palette.append(button);
  }
}

function toolbar(editor, root, text) {
  const button = (name) => root.querySelector(`[data-command="${name}"]`);
  const undo = async (step) => {
    await text.finish();
    step();
    undoState(editor, root);
  };
  button('undo').addEventListener('click', () => undo(() => editor.UndoManager.undo()));
  button('redo').addEventListener('click', () => undo(() => editor.UndoManager.redo()));
  editor.on('update undo redo', () => undoState(editor, root));
  for (const device of ['desktop', 'mobile']) {
    button(device).addEventListener('click', () => {
      editor.setDevice(device);
      for (const other of ['desktop', 'mobile']) button(other).setAttribute('aria-pressed', String(other === device));
    });
  }
}

function undoState(editor, root) {
  root.querySelector('[data-command="undo"]').disabled = !editor.UndoManager.hasUndo();
  root.querySelector('[data-command="redo"]').disabled = !editor.UndoManager.hasRedo();
}
