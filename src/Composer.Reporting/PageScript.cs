namespace Composer.Reporting;

/// <summary>
/// What the page does by itself: it saves tables and plots, and says when a run's page is no longer rewritten. Without it nothing
/// is missing but the buttons. Has neither <c>&lt;</c> nor <c>&amp;</c>, so that it reads the same as HTML and as XML.
/// </summary>
internal static class PageScript
{
    /// <summary>Saves what the page holds; asks nothing of a network.</summary>
    public const string Saving = """

        (function () {
          'use strict';
          var looks = ['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin',
            'stroke-linecap', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'display'];
          function save(name, type, text) {
            var link = document.createElement('a');
            link.href = URL.createObjectURL(new Blob([text], { type: type + ';charset=utf-8' }));
            link.download = name;
            document.body.appendChild(link);
            link.click();
            link.remove();
            setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
          }
          function cell(node) {
            var copy = node.cloneNode(true);
            copy.querySelectorAll('small').forEach(function (s) { s.textContent = ' (' + s.textContent + ')'; });
            var text = copy.textContent.replace(/\s+/g, ' ').trim();
            return /[",]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
          }
          function csvOf(table) {
            return Array.from(table.rows).map(function (row) {
              return Array.from(row.cells).map(cell).join(',') + '\n';
            }).join('');
          }
          function svgOf(svg) {
            var copy = svg.cloneNode(true);
            var from = [svg].concat(Array.from(svg.querySelectorAll('*')));
            var to = [copy].concat(Array.from(copy.querySelectorAll('*')));
            from.forEach(function (node, i) {
              var style = getComputedStyle(node);
              to[i].setAttribute('style', looks.map(function (n) { return n + ':' + style.getPropertyValue(n); }).join(';'));
            });
            var box = svg.viewBox.baseVal;
            copy.setAttribute('width', box.width);
            copy.setAttribute('height', box.height);
            var page = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
            page.setAttribute('width', box.width);
            page.setAttribute('height', box.height);
            page.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
            copy.insertBefore(page, copy.firstChild);
            return new XMLSerializer().serializeToString(copy);
          }
          function button(text, label, action) {
            var made = document.createElement('button');
            made.type = 'button';
            made.textContent = text;
            made.setAttribute('aria-label', label);
            made.addEventListener('click', action);
            return made;
          }
          function bar(buttons) {
            var made = document.createElement('p');
            made.className = 'save';
            buttons.forEach(function (b) { made.appendChild(b); });
            return made;
          }
          function saveCsv(name, text) {
            return button('CSV', 'Save the numbers of ' + name + ' as CSV', function () {
              save(name + '.csv', 'text/csv', '\ufeff' + text().replace(/\r?\n/g, '\r\n'));
            });
          }
          document.querySelectorAll('template.csv').forEach(function (data) {
            var name = data.getAttribute('data-name');
            var buttons = [saveCsv(name, function () { return (data.content ? data.content : data).textContent; })];
            var svg = data.closest('figure') ? data.closest('figure').querySelector('svg[role=img]') : null;
            if (svg) {
              buttons.push(button('SVG', 'Save the plot of ' + name + ' as SVG', function () {
                save(name + '.svg', 'image/svg+xml', svgOf(svg));
              }));
            }
            var made = bar(buttons);
            data.parentNode.insertBefore(made, data);
            if (svg) { data.closest('figure').appendChild(made); }
          });
          document.querySelectorAll('.scroll table').forEach(function (table) {
            var next = table.closest('.scroll').nextElementSibling;
            if (next ? next.className === 'save' : false) { return; }
            var name = document.title.split(' ')[0] + '-' + table.caption.textContent.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 50);
            table.closest('.scroll').insertAdjacentElement('afterend', bar([saveCsv(name, function () { return csvOf(table); })]));
          });
        })();

        """;

    /// <summary>
    /// Compares the clock with when the page was written, and shows what says that nobody writes it any more; keeps the place of a
    /// reader whose page reads itself again.
    /// </summary>
    public const string Watching = """

        (function () {
          'use strict';
          var box = document.getElementById('stale');
          var written = new Date(box.getAttribute('data-written'));
          var most = 1000 * Number(box.getAttribute('data-most'));
          function look() {
            var late = Date.now() - written.getTime();
            box.hidden = most >= late;
            box.querySelector('b').textContent = late >= 7200000 ? Math.floor(late / 3600000) + ' hours' : Math.floor(late / 60000) + ' minutes';
          }
          look();
          setInterval(look, 5000);
          var key = 'composer ' + location.pathname;
          var folds = Array.from(document.querySelectorAll('details'));
          addEventListener('pagehide', function () {
            try {
              var open = folds.filter(function (d) { return d.open; }).map(function (d) { return d.querySelector('summary').textContent; });
              sessionStorage.setItem(key, JSON.stringify({ y: scrollY, open: open }));
            } catch (refused) { }
          });
          try {
            var kept = JSON.parse(sessionStorage.getItem(key) || 'null');
            if (kept) {
              folds.forEach(function (d) { d.open = kept.open.includes(d.querySelector('summary').textContent); });
              scrollTo({ top: kept.y, behavior: 'instant' });
            }
          } catch (refused) { }
        })();

        """;
}
