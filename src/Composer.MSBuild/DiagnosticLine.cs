using System.Globalization;
using System.Text.RegularExpressions;

namespace Composer.MSBuild;

/// <summary>A line of <c>composer</c> that tells a mistake: <c>file(line,column): error CMPnnnn: message</c>.</summary>
/// <param name="File">The file, or null when the mistake is in no file (an option).</param>
/// <param name="Line">Counted from 1; 0 without a file.</param>
/// <param name="Column">Counted from 1; 0 without a file.</param>
/// <param name="IsError">Whether it is more than a warning.</param>
/// <param name="Code">CMP and four digits.</param>
/// <param name="Message">What is wrong, and how to mend it.</param>
internal sealed partial record DiagnosticLine(string? File, int Line, int Column, bool IsError, string Code, string Message)
{
    /// <summary>The mistake that a line tells, or null when it tells none.</summary>
    public static DiagnosticLine? Parse(string line)
    {
        var match = Pattern().Match(line);
        if (!match.Success)
        {
            return null;
        }

        var hasPlace = match.Groups["file"].Success;
        int Number(string group) => hasPlace ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return new DiagnosticLine(
            hasPlace ? match.Groups["file"].Value : null,
            Number("line"),
            Number("column"),
            match.Groups["severity"].Value == "error",
            match.Groups["code"].Value,
            match.Groups["message"].Value);
    }

    [
        GeneratedRegex(
            @"^((?<file>[^\r\n]+?)\((?<line>\d{1,9}),(?<column>\d{1,9})\): )?(?<severity>error|warning) (?<code>CMP\d{4}): (?<message>.*)$"),
    ]
    private static partial Regex Pattern();
}
