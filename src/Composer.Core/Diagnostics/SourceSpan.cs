using System.Globalization;

namespace Composer.Core.Diagnostics;

/// <summary>A place in a text file. Lines and columns count from 1; the end is exclusive.</summary>
/// <remarks>Columns count UTF-16 code units, as editors and MSBuild do.</remarks>
public readonly record struct SourceSpan(string File, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary><c>file(line,column)</c>, the form that MSBuild, editors and CI read.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}({Line},{Column})");
}
