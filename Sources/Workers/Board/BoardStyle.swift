/// How the board looks, and the script that keeps it up to date.
enum BoardStyle {
    static let script = """
        const main = document.querySelector('main'), link = document.querySelector('#link');
        const events = new EventSource('/events?path=' + encodeURIComponent(location.pathname));
        events.onopen = () => link.className = 'live';
        events.onerror = () => link.className = 'lost';
        events.addEventListener('stale', () => { link.className = 'lost'; main.className = 'stale'; });
        events.onmessage = (event) => {
          main.innerHTML = JSON.parse(event.data); link.className = 'live'; main.className = '';
        };
        setInterval(() => document.querySelectorAll('time[data-left]').forEach((time) => {
          const left = Math.max(0, time.dataset.left - 1), pad = (n) => String(n).padStart(2, '0');
          time.dataset.left = left;
          time.textContent = left >= 3600 ? Math.floor(left / 3600) + ' h ' + Math.floor(left / 60) % 60 + ' min'
            : Math.floor(left / 60) + ':' + pad(left % 60);
        }), 1000);
        """

    static let css = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #68707d; --line: #d9dde3; --paper: #fff;
          --good: #1f7a4d; --bad: #b3261e; --tint: #eef6f1; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7eaef; --soft: #99a2af; --line: #39404b;
          --paper: #14181e; --good: #6fd3a1; --bad: #ff8a80; --tint: #1b2a23; } }
        body { font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
        nav { display: flex; gap: 1rem; align-items: baseline; padding: .7rem 1rem; position: sticky; top: 0;
          background: var(--paper); border-bottom: 1px solid var(--line); z-index: 1; }
        nav a { color: var(--soft); text-decoration: none; } nav a.here { color: var(--ink); font-weight: 600; }
        #link { margin-left: auto; color: var(--soft); }
        #link.live { color: var(--good); } #link.lost { color: var(--bad); }
        main { max-width: 1080px; margin: 0 auto; padding: .5rem 1rem 3rem; overflow-x: auto; }
        main.stale { opacity: .45; }
        h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; } small, .note { color: var(--soft); }
        .warning { color: var(--bad); border-left: 3px solid var(--bad); padding-left: .6rem; }
        .good { color: var(--good); }
        .race { display: flex; gap: 1rem; padding: .55rem .4rem; border-bottom: 1px solid var(--line); color: inherit;
          text-decoration: none; } .race .clock { font-weight: 600; min-width: 3.2rem; } .race .name { flex: 1; }
        .race .state { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .staked { background: var(--tint); } .behind td { color: var(--bad); }
        table { border-collapse: collapse; width: 100%; }
        th { text-align: left; font-size: .85rem; color: var(--soft); }
        th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } th.n { text-align: right; }
        .bar { height: 3px; background: var(--good); margin: 2px 0 0 auto; }
        .spark { color: var(--soft); display: block; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: .5rem 1.2rem; }
        dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; }
        @media (max-width: 640px) { .card thead { display: none; }
          .card tr { display: flex; flex-wrap: wrap; gap: 0 .8rem;
          border-bottom: 1px solid var(--line); padding: .4rem 0; } .card td { border: 0; padding: .1rem 0; }
          .card td:nth-child(2) { flex: 1 1 80%; }
          .card td:nth-child(4)::before { content: 'fair '; color: var(--soft); }
          .card td:nth-child(5)::before { content: 'market '; color: var(--soft); } }
        """
}
