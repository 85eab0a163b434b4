// The page that shows a key once: copying, the file, and no leaving by mistake.
(function () {
  'use strict';
  var once = document.querySelector('[data-once]');
  var secret = document.getElementById('kl-secret');
  if (!once || !secret) {
    return;
  }
  var safe = false;
  var target = null;

  document.addEventListener('keyledger:copied', function () { safe = true; });
  document.addEventListener('copy', function () {
    if (String(window.getSelection()).indexOf(secret.textContent) >= 0) {
      safe = true;
    }
  });

  var env = document.getElementById('kl-env');
  env.hidden = false;
  env.addEventListener('click', function () {
    var link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([once.getAttribute('data-variable') + '=' + secret.textContent + '\n'], { type: 'text/plain' }));
    link.download = '.env';
    link.click();
    URL.revokeObjectURL(link.href);
    safe = true;
  });

  window.addEventListener('beforeunload', function (event) {
    if (!safe) {
      event.preventDefault();
    }
  });

  var dialog = document.getElementById('kl-leave');
  function ask(event, go) {
    if (!safe) {
      event.preventDefault();
      target = go;
      dialog.showModal();
    }
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[href]');
    if (link && !link.download) {
      ask(event, function () { window.location.assign(link.href); });
    }
  });
  document.addEventListener('submit', function (event) {
    var form = event.target;
    ask(event, function () { form.submit(); });
  }, true);
  document.getElementById('kl-leave-anyway').addEventListener('click', function () {
    safe = true;
    dialog.close();
    target();
  });
  // Whoever comes back to it finds nothing.
  window.addEventListener('pagehide', function () { secret.textContent = ''; });
})();
