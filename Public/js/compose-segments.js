// Counts the SMS segments of a text. The server has the same rule; both must give the same result.
//
//   GSM-7   160 septets in one segment, 153 in each of several (7 go to the header that joins them)
//   UCS-2    70 UTF-16 units in one segment, 67 in each of several
//
// A character of the GSM extension table takes two septets, a character outside the BMP two units; neither pair is ever
// split over two segments. Source: 3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1.

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('\f^{}\\[~]|€');

// Merged values are not known yet; eight characters is about the length of a first name.
export const PLACEHOLDER_LENGTH = 8;
const VALUE_TAG = /\{\{\{[^{}]*\}\}\}|\{\{&?[^{}#^\/!>%=]*\}\}/g;
const OTHER_TAG = /\{\{[#^\/!>%=][^{}]*\}\}/g;

/**
 * @param {string} text as written, placeholders and all
 * @returns {{encoding: 'GSM-7'|'UCS-2', characters: number, segments: number, left: number,
 *            forcedBy: string|null, placeholders: number}}
 *          `characters` are septets or UTF-16 units; `left` is what still fits into the last segment.
 */
export function count(text) {
  let placeholders = 0;
  const merged = text
    .replace(/\r\n/g, '\n')
    .replace(OTHER_TAG, '')
    .replace(VALUE_TAG, () => {
      placeholders += 1;
      return 'x'.repeat(PLACEHOLDER_LENGTH);
    });
  const characters = Array.from(merged);
  const forcedBy = characters.find((c) => !BASIC.has(c) && !EXTENSION.has(c)) ?? null;
  const widths = characters.map((c) => (forcedBy ? c.length : EXTENSION.has(c) ? 2 : 1));
  const used = widths.reduce((sum, width) => sum + width, 0);
  const [single, joined] = forcedBy ? [70, 67] : [160, 153];
  const packed = used <= single ? { segments: used ? 1 : 0, left: single - used } : pack(widths, joined);
  return { encoding: forcedBy ? 'UCS-2' : 'GSM-7', characters: used, ...packed, forcedBy, placeholders };
}

function pack(widths, limit) {
  let segments = 1;
  let filled = 0;
  for (const width of widths) {
    if (filled + width > limit) {
      segments += 1;
      filled = 0;
    }
    filled += width;
  }
  return { segments, left: limit - filled };
}

/** Writes the count into the elements of Compose/ComposeSegments. */
export function show(root, text) {
  const line = count(text);
  const put = (name, value) => {
    root.querySelector(`[data-segments="${name}"]`).textContent = value;
  };
  put('encoding', line.encoding);
  put('characters', line.characters);
  put('segments', line.segments);
  put('segments-word', line.segments === 1 ? 'segment' : 'segments');
  put('left', line.left);
  const forced = root.querySelector('[data-segments="forced"]');
  forced.hidden = !line.forcedBy;
  put('forced-by', line.forcedBy ?? '');
  put('forced-code', line.forcedBy ? codePoint(line.forcedBy) : '');
  const merged = root.querySelector('[data-segments="merged"]');
  merged.hidden = !line.placeholders;
  put('placeholders', line.placeholders);
}

function codePoint(character) {
  return 'U+' + character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
}
