// A picture from the user's computer becomes part of the message: the console loads nothing from other origins, and a
// message that contains its pictures shows them without network access.

export const MAX_BYTES = 200 * 1024;
const MAX_WIDTH = 1200; // twice the 600 px frame, for dense screens
const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * @param {File} file
 * @returns {Promise<string>} a data: URL of at most 200 KB
 * @throws {Error} with a message for the user
 */
export async function pictureFrom(file) {
  if (!TYPES.includes(file.type)) throw new Error('Choose a PNG, JPEG, GIF or WebP picture.');
  if (file.size <= MAX_BYTES) return read(file);
  // Redrawing would remove the animation of a GIF.
  if (file.type === 'image/gif') throw new Error('This GIF is larger than 200 KB.');
  return shrink(await decode(await read(file)));
}

function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
}

function decode(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('This browser cannot read the picture.'));
    image.src = url;
  });
}

function shrink(image) {
  for (const width of [MAX_WIDTH, 900, 600]) {
    const canvas = document.createElement('canvas');
    canvas.width = Math.min(width, image.naturalWidth);
    canvas.height = Math.round((image.naturalHeight * canvas.width) / image.naturalWidth);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#ffffff'; // JPEG knows no transparency
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.85, 0.7]) {
      const url = canvas.toDataURL('image/jpeg', quality);
      if ((url.length * 3) / 4 <= MAX_BYTES) return url;
    }
  }
  throw new Error('The picture is larger than 200 KB even after it was made smaller.');
}
