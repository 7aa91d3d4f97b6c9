// Measures pages in frames of a phone's width; the result is JSON in #out.
function measure(frame) {
  const page = frame.contentDocument, found = [];
  page.querySelectorAll('details').forEach(d => d.open = true);
  const width = page.scrollingElement.scrollWidth;
  if (width > frame.clientWidth) {
    const wide = [...page.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > frame.clientWidth + 1
      && !e.parentElement.closest('.scroll, svg') && e.tagName !== 'TEMPLATE');
    found.push('page is ' + width + ' px wide: ' + wide.slice(0, 3).map(e => e.tagName + '.' + e.className).join(' '));
  }
  page.querySelectorAll('svg[role=img]').forEach(svg => {
    const name = svg.querySelector('title').textContent, box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect() }))
      .filter(t => t.box.width > 0);
    texts.forEach((a, i) => {
      if (a.box.left < box.left - 1 || a.box.right > box.right + 1 || a.box.top < box.top - 2 || a.box.bottom > box.bottom + 2) {
        found.push(name + ': "' + a.text + '" is cut off');
      }
      texts.slice(i + 1).forEach(b => {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (across > 1 && down > 2) { found.push(name + ': "' + a.text + '" and "' + b.text + '" overlap'); }
      });
    });
  });
  const buttons = kind => [...page.querySelectorAll('.save button')].filter(b => b.textContent === kind).length;
  // What the buttons save: as many cells in every line as in the first.
  const cells = line => line.replace(/"([^"]|"")*"/g, '').split(',').length;
  const wrong = [...page.querySelectorAll('template.csv')].filter(t => {
    const lines = t.content.textContent.replace(/"([^"]|"")*"/g, 'x').trimEnd().split('\n');
    return lines.length < 2 || lines.some(l => cells(l) !== cells(lines[0]));
  }).length;
  return {
    wrong: wrong,
    problems: found,
    width: width,
    csv: buttons('CSV'),
    svg: buttons('SVG'),
    data: page.querySelectorAll('template.csv').length,
    tables: page.querySelectorAll('.scroll table').length,
    figures: page.querySelectorAll('figure svg[role=img]').length,
  };
}
window.addEventListener('load', () => {
  document.getElementById('out').textContent = JSON.stringify([...document.querySelectorAll('iframe')].map(measure));
});
