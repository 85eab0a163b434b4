// What the pages gain from a script. Each of them works without it.
(function () {
  'use strict';

  // Times: the viewer's own zone in sight, exact UTC on hover.
  var full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  var day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
  var relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  var units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

  function ago(date) {
    var seconds = (date.getTime() - Date.now()) / 1000;
    if (Math.abs(seconds) > 30 * 86400) {
      return day.format(date);
    }
    for (var i = 0; i < units.length; i++) {
      if (Math.abs(seconds) >= units[i][1] || units[i][1] === 1) {
        return relative.format(Math.trunc(seconds / units[i][1]), units[i][0]);
      }
    }
    return full.format(date);
  }

  function times(root) {
    root.querySelectorAll('time[data-local]').forEach(function (element) {
      var date = new Date(element.getAttribute('datetime'));
      if (isNaN(date)) {
        return;
      }
      var form = element.getAttribute('data-local');
      element.textContent = form === 'relative' ? ago(date) : form === 'day' ? day.format(date) : full.format(date);
      element.title = date.toISOString() + (form === 'relative' ? ' (' + full.format(date) + ')' : '');
    });
  }

  // Copying, with a word when it is done.
  function copy(button) {
    var target = button.getAttribute('data-copy-from');
    var text = target ? document.querySelector(target).textContent : button.getAttribute('data-copy');
    navigator.clipboard.writeText(text).then(function () {
      said(button, 'Copied');
      button.dispatchEvent(new CustomEvent('keyledger:copied', { bubbles: true }));
    }, function () {
      said(button, 'Select it and copy it by hand');
    });
  }

  function said(button, text) {
    var live = document.getElementById('kl-said');
    if (!live) {
      live = document.createElement('div');
      live.id = 'kl-said';
      live.className = 'kl-said';
      live.setAttribute('role', 'status');
      document.body.appendChild(live);
    }
    live.textContent = text;
    live.classList.add('kl-said-now');
    button.classList.add('kl-copied');
    window.setTimeout(function () {
      live.classList.remove('kl-said-now');
      button.classList.remove('kl-copied');
    }, 1800);
  }

  // A filter that is changed is applied at once.
  document.addEventListener('change', function (event) {
    var form = event.target.closest('form[data-auto-submit]');
    if (form && !event.target.hasAttribute('data-no-submit')) {
      form.requestSubmit();
    }
  });

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-copy], [data-copy-from]');
    if (button) {
      copy(button);
      return;
    }
    if (event.target.closest('[data-theme-switch]')) {
      window.keyledgerTheme();
      return;
    }
    var opener = event.target.closest('[data-open-dialog]');
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.getAttribute('data-open-dialog')).showModal();
      return;
    }
    if (event.target.closest('[data-close-dialog]')) {
      event.preventDefault();
      event.target.closest('dialog').close();
    }
  });

  // Nothing is sent twice by an impatient second click; a second press of Enter neither.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) {
      return;
    }
    if (form.hasAttribute('data-sent')) {
      event.preventDefault();
      return;
    }
    form.setAttribute('data-sent', '');
    window.setTimeout(function () { form.removeAttribute('data-sent'); }, 5000);
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
  });

  // A part of a page that could not be fetched says why.
  document.addEventListener('htmx:responseError', function (event) {
    var page = new DOMParser().parseFromString(event.detail.xhr.responseText, 'text/html');
    var error = page.querySelector('[data-error] h1');
    var detail = page.querySelector('[data-error] .kl-lead');
    tell(error ? error.textContent : 'That did not work', detail ? detail.textContent : 'Reload the page and try again.');
  });
  document.addEventListener('htmx:sendError', function () {
    tell('The server does not answer', 'Check your connection and try again.');
  });

  function tell(title, text) {
    var place = document.getElementById('kl-flashes');
    var alert = document.createElement('div');
    alert.className = 'alert alert-danger';
    var body = document.createElement('div');
    var heading = document.createElement('div');
    heading.className = 'alert-heading';
    heading.textContent = title;
    var description = document.createElement('div');
    description.className = 'alert-description';
    description.textContent = text;
    body.append(heading, description);
    alert.append(body);
    place.replaceChildren(alert);
    place.scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('htmx:afterSettle', function (event) {
    times(event.detail.elt);
  });

  document.querySelectorAll('[data-theme-switch]').forEach(function (button) { button.hidden = false; });

  var menuButton = document.getElementById('kl-menu-button');
  if (menuButton) {
    var menu = document.getElementById('kl-menu');
    menuButton.hidden = false;
    menu.classList.add('kl-menu-closed');
    menuButton.addEventListener('click', function () {
      var open = menu.classList.toggle('kl-menu-closed') === false;
      menuButton.setAttribute('aria-expanded', String(open));
    });
    document.addEventListener('keydown', function (event) {
      if (event.key === 'Escape' && !menu.classList.contains('kl-menu-closed')) {
        menu.classList.add('kl-menu-closed');
        menuButton.setAttribute('aria-expanded', 'false');
        menuButton.focus();
      }
    });
  }

  times(document);
  window.setInterval(function () {
    document.querySelectorAll('time[data-local="relative"]').forEach(function (element) {
      element.textContent = ago(new Date(element.getAttribute('datetime')));
    });
  }, 30000);
  window.keyledger = { times: times, tell: tell };
})();
