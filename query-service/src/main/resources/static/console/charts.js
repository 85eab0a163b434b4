// Plots of the tables behind them: the table is the data, so both always say the same.
(function () {
  'use strict';
  var colours = ['#2f80c8', '#d6493f', '#4a9d5b', '#c98a1b', '#7a5fb5', '#5b6b7d'];

  function draw(canvas) {
    var table = document.querySelector(canvas.getAttribute('data-chart'));
    if (!table || !window.Chart) {
      return;
    }
    var heads = Array.from(table.querySelectorAll('thead th')).slice(1).map(function (cell) { return cell.textContent; });
    var rows = Array.from(table.querySelectorAll('tbody tr'));
    var across = canvas.hasAttribute('data-across');
    var stacked = canvas.hasAttribute('data-stacked');
    var text = getComputedStyle(document.body).color;
    var axis = { stacked: stacked, beginAtZero: true, ticks: { color: text, precision: 0 }, grid: { color: 'rgba(128,128,128,.2)' } };
    var chart = new window.Chart(canvas, {
      type: canvas.getAttribute('data-type'),
      data: {
        labels: rows.map(function (row) { return row.cells[0].textContent; }),
        datasets: heads.map(function (head, i) {
          return {
            maxBarThickness: 36,
            label: head,
            data: rows.map(function (row) { return Number(row.cells[i + 1].textContent.replace(/,/g, '')); }),
            backgroundColor: colours[i % colours.length],
            borderColor: colours[i % colours.length]
          };
        })
      },
      options: {
        indexAxis: across ? 'y' : 'x',
        animation: false,
        maintainAspectRatio: false,
        scales: { x: axis, y: axis },
        plugins: { legend: { display: heads.length > 1, labels: { color: text } } }
      }
    });
    // Light or dark may change while the page is open.
    new MutationObserver(function () {
      var now = getComputedStyle(document.body).color;
      chart.options.scales.x.ticks.color = now;
      chart.options.scales.y.ticks.color = now;
      chart.options.plugins.legend.labels.color = now;
      chart.update();
    }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  }

  document.querySelectorAll('canvas[data-chart]').forEach(draw);
})();
