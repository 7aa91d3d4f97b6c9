using System.Globalization;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Text;

namespace Composer.Language.Sources;

/// <summary>The diagnostics of fetching, by code. Codes are only ever appended.</summary>
internal static class SourceMistake
{
    private const string Elsewhere = "Where a mirror has it: --mirror URL, or COMPOSER_DATA_MIRROR.";

    public static Diagnostic Unknown(string name, IEnumerable<string> known) => Of(
        "CMP6060",
        $"There is no source '{name}'.",
        Suggestion.DidYouMean(name, known) ?? $"There are {string.Join(", ", known)}; 'composer data fetch --list' says what they are.");

    public static FetchException NotThere(Uri address, int status) => Failed(
        "CMP6061", string.Create(CultureInfo.InvariantCulture, $"There is no file at {address} ({status})."), Elsewhere);

    public static FetchException Refused(Uri address, int status, string? reason) => Failed(
        "CMP6062",
        string.Create(CultureInfo.InvariantCulture, $"{address} cannot be had: the server answers {status} {reason}")
            .TrimEnd() + ".",
        Elsewhere);

    public static FetchException Network(Uri address, string what, int tries) => Failed(
        "CMP6063",
        $"{address} cannot be reached after {CountText.Of(tries, "failure")} in a row: {what.TrimEnd('.')}.",
        $"Call it again when the network is there: what has come is kept. {Elsewhere}");

    public static FetchException WrongDigest(Uri address, Digest wanted, Digest found, long bytes, bool isPinned) => Failed(
        "CMP6064",
        string.Create(
            CultureInfo.InvariantCulture,
            $"What {address} sends is not what it is to be: {bytes:N0} bytes with SHA-256 {found}, not {wanted}")
            + (isPinned ? "." : ", which it had when it was fetched first."),
        "Nothing was kept. If a mirror or a proxy stands between, ask another one; if the data was changed where it is published, remove "
        + "the source's folder to believe the new one.");

    public static FetchException WebPage(Uri address, string? title) => Failed(
        "CMP6065",
        $"{address} sends a page for people{(title is null ? "" : $" ('{title}')")} instead of data, as proxies and log-in pages do.",
        $"Look at the address in a browser on this machine. {Elsewhere}");

    public static FetchException NoRoom(string folder, long needed, long free) => Failed(
        "CMP6066",
        $"There is no room in '{folder}': {BytesText.Of(needed)} are needed, {BytesText.Of(free)} are free.",
        "Make room, or name another folder with --to.");

    public static FetchException Unwritten(string path, string why) => Failed(
        "CMP6066",
        $"'{path}' cannot be written: {why.TrimEnd('.')}.",
        "Make room, or name another folder with --to: what has come is kept.");

    public static FetchException Changed(string path) => Failed(
        "CMP6067", $"'{path}' is not as it was fetched.", "Move it away, or remove it: nothing is overwritten.");

    public static FetchException Foreign(string path) => Failed(
        "CMP6067", $"'{path}' is there already, and was not fetched.", "Move it away, or name another folder with --to.");

    public static FetchException UnderWay(string folder) =>
        Failed("CMP6067", $"Another composer fetches into '{folder}'.", "Wait for it, or name another folder with --to.");

    public static FetchException NoNpm(string package) => Failed(
        "CMP6068",
        $"'{package}' is a package of npm, which is not installed here.",
        "Install Node.js with npm, or name a server of such packages: --mirror npm=URL.");

    public static FetchException Npm(string package, string what) => Failed(
        "CMP6068", $"npm cannot fetch '{package}': {what.TrimEnd('.')}.", $"Try 'npm pack {package}' by itself; npm's own settings hold.");

    public static FetchException Damaged(Uri address, string what) =>
        Failed("CMP6069", $"What {address} sends cannot be read: {what.TrimEnd('.')}.", "Fetch it again; if it stays so, report it.");

    public static UserInputException Mirror(string text) => new(Of(
        "CMP6070",
        $"'{text}' is no mirror.",
        "A mirror is the address of a server (https://…) or an absolute path of a folder, for one host alone as HOST=ADDRESS or "
        + "npm=ADDRESS."));

    private static FetchException Failed(string code, string message, string remedy) => new(Of(code, message, remedy));

    private static Diagnostic Of(string code, string message, string remedy) =>
        new(code, DiagnosticSeverity.Error, message, Remedy: remedy);
}
