using Composer.Core.Diagnostics;
using Composer.Language.Files;

namespace Composer.Exchange;

/// <summary>The diagnostics of what comes in and goes out, by code. Codes are only ever appended.</summary>
internal static class ExchangeMistake
{
    /// <summary>Something is not there; of data that a manifest names, <c>manifest check</c> lets it pass.</summary>
    public static UserInputException Missing(string what, string remedy) => Of(MissingFile.Code, what, remedy);

    /// <summary>A checkpoint that cannot be read as a Llama.</summary>
    public static UserInputException Checkpoint(SourceSpan place, string what, string remedy) =>
        Of("CMP8201", what, remedy, place);

    /// <summary>A model that a format has no place for.</summary>
    public static UserInputException NoPlace(string what, string remedy) => Of("CMP8202", what, remedy);

    /// <summary>Where to write to.</summary>
    public static UserInputException Target(string what, string remedy) => Of("CMP8203", what, remedy);

    /// <summary>What to write, or how.</summary>
    public static UserInputException Request(string what, string remedy) => Of("CMP8204", what, remedy);

    /// <summary>The beginning of a file.</summary>
    public static SourceSpan Start(string file) => new(file, 1, 1, 1, 2);

    private static UserInputException Of(string code, string message, string remedy, SourceSpan? span = null) =>
        new(new Diagnostic(code, DiagnosticSeverity.Error, message, span, remedy));
}
