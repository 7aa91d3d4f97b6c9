namespace Composer.Reporting;

/// <summary>How the report looks. Has neither <c>&lt;</c> nor <c>&amp;</c>, so that it reads the same as HTML and as XML.</summary>
internal static class StyleSheet
{
    /// <summary>
    /// Series colours after Okabe and Ito (2008), darkened or lightened to 3:1 and more against each
    /// background; blue and amber are left to the primitives.
    /// </summary>
    public const string Css = """

        :root {
          color-scheme: light dark;
          --page: #fbfbf9; --card: #ffffff; --ink: #1b1f24; --quiet: #59626d; --edge: #d9dcdf; --grid: #e9ebec;
          --link: #0b57a4; --tint: #fff3df; --good: #e2f3ea; --goodink: #05593c; --warn: #fff4d6; --warnedge: #b07c00; --shade: #0000002e;
          --s0: #c8450c; --s1: #00795a; --s2: #8a4f9e; --s3: #1f7fb8; --s4: #6b7280; --s5: #94750a; --s6: #b03060; --s7: #3b4252;
          --p0: #0a66b0; --p0ink: #ffffff; --p1: #eda31a; --p1ink: #241600;
          --p2: #00795a; --p3: #9a4f86; --p4: #5a6472; --p5: #a3431a; --pink: #ffffff;
          --p6: #6f5f00; --p7: #4a4ab0;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --card: #1b1f23; --ink: #e6e8ea; --quiet: #a3abb4; --edge: #363c42; --grid: #2a2f34;
            --link: #7db8f0; --tint: #33290f; --good: #14352a; --goodink: #8fe0be; --warn: #33290f; --warnedge: #d19a1a; --shade: #000000b0;
            --s0: #f5824a; --s1: #35c497; --s2: #c593d8; --s3: #63b8ec; --s4: #a6adb8; --s5: #d9b945; --s6: #ee7fa5; --s7: #d5dae3;
            --p0: #2f86d1; --p0ink: #06121d; --p1: #eda31a;
            --p2: #1f8f6d; --p3: #b46a9f; --p4: #717c8b; --p5: #bb5a30; --p6: #8f7d1a; --p7: #7272cf;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
        main, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 40px; }
        h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 6px; letter-spacing: -.02em; overflow-wrap: anywhere; }
        h2 { font-size: 1.4rem; line-height: 1.2; margin: 0 0 12px; letter-spacing: -.01em; }
        h3 { font-size: 1.08rem; margin: 26px 0 10px; overflow-wrap: anywhere; }
        h4 { font-size: .95rem; margin: 20px 0 8px; overflow-wrap: anywhere; }
        h4 small { font-weight: 400; color: var(--quiet); }
        p { margin: 0 0 12px; max-width: 78ch; }
        a { color: var(--link); text-underline-offset: 2px; }
        a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        section { margin-top: 44px; padding-top: 26px; border-top: 1px solid var(--edge); }
        .description { color: var(--quiet); font-size: 1.05rem; }
        .facts { color: var(--quiet); font-size: .9rem; display: flex; flex-wrap: wrap; gap: 4px 18px; }
        .facts b { color: var(--ink); font-weight: 600; }
        .headline { border-left: 4px solid var(--s0); background: var(--card); border-radius: 0 8px 8px 0; padding: 14px 18px 2px; margin: 18px 0; box-shadow: 0 0 0 1px var(--edge); font-size: 1.08rem; max-width: 86ch; }
        nav { display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: .92rem; }
        .note, .source, figcaption { color: var(--quiet); font-size: .86rem; }
        .source { margin-top: 6px; }
        .quiet { color: var(--quiet); font-variant-numeric: tabular-nums; }
        footer { color: var(--quiet); font-size: .86rem; margin-top: 48px; padding-bottom: 36px; }

        .scroll { overflow-x: auto; max-width: 100%; margin: 0 0 14px; border: 1px solid var(--edge); border-radius: 8px;
          background: linear-gradient(to right, var(--card) 30%, transparent) left / 48px 100% no-repeat local, linear-gradient(to left, var(--card) 30%, transparent) right / 48px 100% no-repeat local,
            linear-gradient(to right, var(--shade), transparent) left / 16px 100% no-repeat scroll, linear-gradient(to left, var(--shade), transparent) right / 16px 100% no-repeat scroll, var(--card); }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding: 9px 12px 4px; color: var(--quiet); font-size: .84rem; }
        th, td { padding: 7px 10px; text-align: left; vertical-align: top; border-top: 1px solid var(--grid); }
        th { font-weight: 600; }
        thead th { border-top: 0; border-bottom: 1px solid var(--edge); vertical-align: bottom; font-size: .84rem; line-height: 1.3; }
        th:first-child, td:first-child { padding-left: 12px; }
        td small, th small { display: block; color: var(--quiet); font-weight: 400; font-size: .82em; white-space: nowrap; }
        thead th small { white-space: normal; }
        .n { text-align: right; white-space: nowrap; }
        thead .n { white-space: normal; }
        td.n a, td.n a:visited { color: inherit; text-decoration-color: var(--edge); }
        td.n a:hover { text-decoration-color: currentColor; }
        .one { white-space: nowrap; }
        .strong, td.told { font-weight: 600; }
        .best { background: var(--good); }
        .best a { font-weight: 700; }
        .near a { text-decoration: underline dotted 2px; text-decoration-color: var(--goodink) !important; }
        tr.found th[scope=row] { box-shadow: inset 4px 0 0 var(--s0); }
        td.arch { min-width: 140px; }
        td.arch .notation { overflow-wrap: normal; }
        .notation { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: .92em; overflow-wrap: anywhere; }
        code { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: .88em; color: var(--quiet); }
        .value { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: .86em; overflow-wrap: anywhere; }
        tr:target > * { background: var(--tint); }

        details { margin: 0 0 10px; }
        summary { cursor: pointer; padding: 4px 0; color: var(--link); font-size: .92rem; overflow-wrap: anywhere; }
        details[open] > summary { margin-bottom: 6px; }

        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 18px 24px; align-items: start; }
        .plots.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
        figure { margin: 0 0 8px; min-width: 0; }
        figure.narrow { max-width: 620px; }
        .plots figure h4 { margin: 6px 0; }
        figcaption { margin-top: 4px; }
        figure > svg { display: block; width: 100%; height: auto; max-width: 760px; }
        svg text { fill: var(--ink); font-size: 12.5px; font-family: inherit; font-variant-numeric: tabular-nums; }
        svg .tick, svg .note, svg .name { fill: var(--quiet); }
        svg .mid { text-anchor: middle; }
        svg .end { text-anchor: end; }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .axis { stroke: var(--quiet); stroke-width: 1; }
        svg .rule { stroke: var(--quiet); stroke-width: 1.4; stroke-dasharray: 4 3; }
        svg .band { fill: var(--good); }
        svg .line { fill: none; stroke: var(--c, var(--ink)); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        svg .dashed { stroke-dasharray: 6 4; stroke-linecap: butt; }
        svg .thin { stroke-opacity: .45; stroke-width: 1; stroke-dasharray: none; }
        svg .pale { stroke-opacity: .38; stroke-width: 1.2; stroke-dasharray: none; }
        svg .bars { fill: var(--s3); fill-opacity: .7; stroke: var(--page); stroke-width: 1; }
        svg .span { fill: var(--c); }
        svg .queue { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 2; }
        svg .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
        svg .error { fill: none; stroke: var(--c); stroke-width: 2; }
        svg .mark { fill: var(--c, var(--ink)); stroke: var(--page); stroke-width: 1; }
        svg .stroked { fill: none; stroke: var(--c, var(--ink)); stroke-width: 2.4; }
        svg .trial { --c: var(--s4); fill-opacity: .62; stroke: none; }
        svg .chosen { --c: var(--s1); }
        svg .winner { --c: var(--s0); }
        .save { display: flex; gap: 6px; margin: 2px 0 12px; }
        .save button { font: 600 .74rem/1.5 system-ui, sans-serif; color: var(--quiet); background: var(--card); border: 1px solid var(--edge); border-radius: 5px; padding: 0 8px; cursor: pointer; }
        .save button:hover, .save button:focus-visible { color: var(--link); border-color: var(--link); }
        .order { display: block; }
        .run { border-top: 0; padding-top: 0; margin-top: 26px; }
        .words { overflow-wrap: anywhere; min-width: 220px; }
        .progress { display: inline-flex; background: var(--grid); margin-right: 8px; vertical-align: middle; }
        .progress i { background: var(--s1); }
        .state-failed .state, .state-skipped .state { color: var(--s6); }
        .state-computes .state { color: var(--s3); }
        .state-waits .state, .state-hit .state { color: var(--quiet); font-weight: 400; }
        svg .failed { --c: var(--quiet); stroke-width: 1.6; }
        svg .bestline { --c: var(--s0); }
        svg .centroid { stroke: var(--ink); stroke-width: 2; }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
        .s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }

        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 10px; padding: 0; font-size: .9rem; }
        .legend li { display: flex; align-items: center; gap: 7px; }
        .legend .key { width: 30px; height: 14px; flex: none; }

        .layers { display: inline-flex; flex-wrap: wrap; gap: 3px 7px; vertical-align: middle; }
        .part { display: inline-flex; flex-wrap: wrap; gap: 3px 2px; }
        .layers i { display: inline-block; width: 1.55em; height: 1.65em; line-height: 1.65em; text-align: center; font-style: normal; font-weight: 600; font-size: .8rem; border-radius: 4px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        .p0 { background: var(--p0); fill: var(--p0); color: var(--p0ink); }
        .p1 { background: var(--p1); fill: var(--p1); color: var(--p1ink); }
        .p2 { background: var(--p2); fill: var(--p2); color: var(--pink); }
        .p3 { background: var(--p3); fill: var(--p3); color: var(--pink); }
        .p4 { background: var(--p4); fill: var(--p4); color: var(--pink); }
        .p5 { background: var(--p5); fill: var(--p5); color: var(--pink); }
        .p6 { background: var(--p6); fill: var(--p6); color: var(--pink); }
        .p7 { background: var(--p7); fill: var(--p7); color: var(--pink); }
        table .layers, table .part { flex-wrap: nowrap; }
        table .long, table .long .part { flex-wrap: wrap; min-width: 300px; }
        .orders dt { color: var(--quiet); font-size: .88rem; margin-top: 8px; }
        .orders dd { margin: 4px 0 0; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; }
        .bar { display: flex; width: 130px; height: 1em; margin-top: .25em; border-radius: 3px; overflow: hidden; }
        .bar i { display: block; height: 100%; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        .warning { border-left: 4px solid var(--warnedge); background: var(--warn); padding: 10px 14px; border-radius: 0 8px 8px 0; }
        div.warning { margin: 0 0 14px; }
        .warning p { margin: 0 0 6px; }
        .warning ul { margin: 0; padding-left: 20px; }
        .warning li { overflow-wrap: anywhere; }
        .digests { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; margin: 0 0 8px; font-size: .84rem; }
        .digests dt { color: var(--quiet); }
        .digests dd { margin: 0; font-family: ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        .settings { columns: 2 440px; column-gap: 24px; }
        .settings .scroll { break-inside: avoid; }
        .settings td { width: 58%; }
        .settings th[scope=row] { font-weight: 400; overflow-wrap: anywhere; }
        .settings .set th[scope=row] { font-weight: 650; }
        .tag { font: 600 .74rem/1.4 system-ui, sans-serif; background: var(--good); color: var(--goodink); border-radius: 4px; padding: 0 5px; }

        @media (max-width: 640px) {
          main, footer { padding: 0 14px; }
          header { padding-top: 24px; }
          h1 { font-size: 1.7rem; }
          section { margin-top: 32px; padding-top: 20px; }
          svg text { font-size: 15px; }
          th, td { padding: 6px 8px; }
          .scroll td:last-child { min-width: 110px; }
          .run thead { display: none; }
          .run tr { display: grid; grid-template-columns: 1fr auto auto; border-top: 1px solid var(--grid); padding: 3px 0; }
          .run th, .run td { border-top: 0; padding: 3px 12px; }
          .run td.words { grid-column: 1 / -1; }
          .run td.words:empty { display: none; }
          table th[scope=row]:first-child { position: sticky; left: 0; background: var(--card); z-index: 1; }
        }
        @media print {
          :root {
            color-scheme: light;
            --page: #ffffff; --card: #ffffff; --ink: #000000; --quiet: #444444; --edge: #bbbbbb; --grid: #e2e2e2; --link: #000000;
            --good: #e6f2ec; --goodink: #05593c; --warn: #ffffff;
            --s0: #c8450c; --s1: #00795a; --s2: #8a4f9e; --s3: #1f7fb8; --s4: #6b7280; --s5: #94750a; --s6: #b03060; --s7: #3b4252;
            --p0: #0a66b0; --p0ink: #ffffff; --p2: #00795a; --p3: #9a4f86; --p4: #5a6472; --p5: #a3431a;
            --p6: #6f5f00; --p7: #4a4ab0;
          }
          body { font-size: 10.5pt; }
          nav, .save { display: none; }
          .scroll { overflow: visible; border: 0; }
          table { font-size: 7.5pt; }
          td.arch { min-width: 0; }
          th, td { padding: 3px 4px; }
          thead th { font-size: 7.5pt; }
          details::details-content { content-visibility: visible; block-size: auto; }
          figure, tr { break-inside: avoid; }
          h2, h3, h4 { break-after: avoid; }
        }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }

        """;
}
