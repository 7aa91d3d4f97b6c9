using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Composer.Reporting.Tests.Browser;

/// <summary>A Chromium that opens pages without a window; where there is none, tests that want one are skipped.</summary>
internal static partial class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    /// <summary>What <c>COMPOSER_CHROMIUM</c> names, or the first of the usual names on the path; null where there is none.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("COMPOSER_CHROMIUM") is { Length: > 0 } named
        ? named
        : Names.SelectMany(n => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, n))).FirstOrDefault(File.Exists);

    /// <summary>Puts each page into a frame of this width and runs <c>measure.js</c>; what it left in <c>#out</c>.</summary>
    public static string Measure(IReadOnlyList<byte[]> pages, int width)
    {
        Assert.SkipWhen(Path is null, "No Chromium is here: the layout of the report was not measured. COMPOSER_CHROMIUM names one.");
        using var folder = new TemporaryFolder();
        var frames = pages.Select((page, i) =>
        {
            File.WriteAllBytes(folder[$"page-{i}.html"], page);
            return $"<iframe src=\"page-{i}.html\" style=\"border:0;width:{width}px;height:844px\"></iframe>";
        });
        using var script = new StreamReader(typeof(Chromium).Assembly.GetManifestResourceStream("measure.js")!);
        File.WriteAllText(
            folder["all.html"],
            $"<!DOCTYPE html><html><body>{string.Concat(frames)}<pre id=\"out\"></pre><script>{script.ReadToEnd()}</script></body></html>");
        using var process = Process.Start(new ProcessStartInfo(
            Path!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", $"--user-data-dir={folder["profile"]}",
                "--virtual-time-budget=20000", "--dump-dom", new Uri(folder["all.html"]).AbsoluteUri,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var page = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var found = Result().Match(page);
        Assert.True(found.Success, "Chromium measured nothing.");
        return WebUtility.HtmlDecode(found.Groups[1].Value);
    }

    [GeneratedRegex("<pre id=\"out\">([^<]+)</pre>")]
    private static partial Regex Result();
}
