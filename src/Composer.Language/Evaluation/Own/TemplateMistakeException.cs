namespace Composer.Language.Evaluation.Own;

/// <summary>A template that is none.</summary>
/// <param name="offset">Where in its text, in UTF-16 code units from 0.</param>
/// <param name="what">A sentence.</param>
/// <param name="remedy">How to mend it.</param>
internal sealed class TemplateMistakeException(int offset, string what, string remedy) : FormatException(what)
{
    public int Offset { get; } = offset;

    public string Remedy { get; } = remedy;
}
