using System.Text;
using System.Text.RegularExpressions;
using Composer.Core.Diagnostics;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Binding;

/// <summary>Reads a <c>--set path=value</c> of the command line.</summary>
internal static partial class Setting
{
    private const string Option = "--set ";

    /// <summary>Whether the span lies in a setting rather than in a file.</summary>
    public static bool IsSetting(SourceSpan span) => span.File.StartsWith(Option, StringComparison.Ordinal);

    /// <summary>The assignments of <c>path=value</c>: one, unless the value is an inline table.</summary>
    public static IReadOnlyList<Assignment> Parse(string setting, Problems problems)
    {
        var file = Option + setting.ReplaceLineEndings(" ");
        var whole = new SourceSpan(file, 1, 1, 1, setting.Length + 1);
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problems.Error(
                DiagnosticCodes.InvalidSetting, whole, "A setting has the form path=value.", "For example --set search.trials=20.");
            return [];
        }

        // Every place inside counts as the setting as a whole: its columns would be those of a text nobody wrote.
        var path = setting[..equals].Trim();
        var value = setting[(equals + 1)..].Trim();
        var document = TomlReader.Read(Encoding.UTF8.GetBytes($"value = {value}"), file, whole);
        TomlValue? read = document is { Diagnostics.Count: 0, Root.Entries: [var only] } ? only.Value : null;
        if (read is null && BareText().IsMatch(value))
        {
            read = new TomlString(value, whole);
        }

        if (read is null)
        {
            problems.Error(
                DiagnosticCodes.InvalidSetting,
                whole,
                document.Diagnostics is [var first, ..] ? $"The value cannot be read: {first.Message}" : "The value is not one value.",
                "Values are written as in TOML; a bare word is a text.");
            return [];
        }

        var table = new TomlTable(whole, TomlTableOrigin.Inline, 0);
        table.Add(new TomlEntry(path, whole, read));
        return Assignment.Flatten(table, problems);
    }

    /// <summary>
    /// Text that needs no quotes on the command line: what a shell word is, not what begins like TOML's brackets or quotes.
    /// </summary>
    [GeneratedRegex(@"\A[^\s\[\]{}""'=,#\x00-\x1F\x7F][^\[\]{}""'\x00-\x1F\x7F]*\z")]
    private static partial Regex BareText();
}
