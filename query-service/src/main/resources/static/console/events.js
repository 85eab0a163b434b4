// New events come in by themselves, while nobody reads an open one.
(function () {
  'use strict';
  var list = document.getElementById('kl-events');
  var live = document.getElementById('kl-live');
  var url = list && list.getAttribute('data-live');
  if (!url || !window.EventSource) {
    return;
  }
  var waiting = false;
  live.hidden = false;

  function refresh() {
    var reading = document.querySelector('#kl-events details[open]');
    if (!live.querySelector('input').checked || reading || document.hidden) {
      waiting = true;
      return;
    }
    waiting = false;
    window.htmx.ajax('GET', window.location.pathname + window.location.search, { target: '#kl-events', select: '#kl-events > *' });
  }

  new window.EventSource(url).addEventListener('new', refresh);
  live.addEventListener('change', function () {
    if (waiting) {
      refresh();
    }
  });
  document.addEventListener('visibilitychange', function () {
    if (waiting) {
      refresh();
    }
  });
})();
