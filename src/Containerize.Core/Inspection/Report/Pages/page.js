(() => {
  'use strict';

  // The page stays readable without this script: it only adds sorting, finding and a key that goes back.
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };

  const compare = (a, b) => typeof a === 'number' ? a - b : a.localeCompare(b, 'en', { numeric: true });

  const sort = (table, column, button) => {
    const head = button.parentElement;
    const isNumber = head.classList.contains('number');
    const current = head.getAttribute('aria-sort');
    const order = current === null ? (isNumber ? 'descending' : 'ascending') : current === 'ascending' ? 'descending' : 'ascending';
    for (const other of head.parentElement.cells) {
      other.removeAttribute('aria-sort');
    }
    head.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, row => [valueOf(row, column), row]);
    rows.sort((a, b) => sign * compare(a[0], b[0]));
    body.append(...rows.map(pair => pair[1]));
  };

  for (const table of document.querySelectorAll('table.sortable')) {
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      button.addEventListener('click', () => sort(table, column, button));
      head.append(button);
    });
  }

  for (const field of document.querySelectorAll('.filter')) {
    const input = field.querySelector('input');
    const output = field.querySelector('output');
    const rows = Array.from(field.nextElementSibling.querySelector('tbody').rows);
    field.hidden = false;
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(' ').filter(word => word !== '');
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      output.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length;
    });
  }

  // A time of the image, and how long ago it was when the page is read.
  for (const time of document.querySelectorAll('time')) {
    const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 86400000);
    // An image whose time is that of 1970 does not say when it was made.
    if (days >= 0 && days < 10000) {
      time.after(days === 0 ? ' (today)' : days === 1 ? ' (1 day ago)' : ' (' + days + ' days ago)');
    }
  }

  // Who opens a cell goes on reading there; who goes back is at the cell again.
  const open = () => document.querySelector('.map:target');
  let last = open();
  window.addEventListener('hashchange', () => {
    const view = open();
    if (view === null) {
      last = null;
      return;
    }
    const back = last === null ? null : view.querySelector('a[href="#' + last.id + '"]');
    (back ?? view.querySelector('h3')).focus();
    last = view;
  });

  document.addEventListener('keydown', event => {
    const up = open()?.dataset.up;
    if (event.key === 'Escape') {
      location.hash = up ?? location.hash;
    }
  });
})();
