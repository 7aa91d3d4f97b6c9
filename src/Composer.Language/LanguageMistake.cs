using System.Text.Json;
using Composer.Core.Diagnostics;

namespace Composer.Language;

/// <summary>The diagnostics of corpora, tokenizers and evaluation data, by code. Codes are only ever appended.</summary>
internal static class LanguageMistake
{
    public static UserInputException FileMissing(string path, string remedy) =>
        Of("CMP6001", $"There is no file '{path}'.", remedy);

    public static UserInputException Tokenizer(string path, string what, string? remedy = null) =>
        Of("CMP6002", $"'{path}' is no tokenizer that this program reads: {what}.", remedy, Start(path));

    public static UserInputException Json(string path, long line, JsonException exception) =>
        JsonLine(path, line, (int)(exception.BytePositionInLine ?? 0) + 1, "not valid JSON");

    public static UserInputException JsonLine(string path, long line, int column, string what) =>
        Of("CMP6003", $"This line is {what}.", null, new SourceSpan(path, (int)line, column, (int)line, column + 1));

    public static UserInputException Shard(string path, string what, string? remedy = null) =>
        Of("CMP6004", $"'{path}' is no token shard that this program reads: {what}.", remedy, Start(path));

    public static UserInputException CorpusTooSmall(string corpus, string what, string remedy) =>
        Of("CMP6005", $"The corpus '{corpus}' is too small: {what}.", remedy);

    public static UserInputException TokenOutsideVocabulary(string path, long token, int vocabulary) =>
        Of("CMP6006", $"'{path}' holds the token {token}, but the vocabulary has {vocabulary}.", "Raise 'vocabulary'.");

    public static UserInputException VocabularyTooSmall(int vocabulary, int least) =>
        Of("CMP6007", $"A vocabulary of {vocabulary} has no room for every byte and two marks.", $"It needs at least {least}.");

    public static UserInputException TaskRow(string path, long line, string what) =>
        Of("CMP6008", what, null, new SourceSpan(path, (int)line, 1, (int)line, 2));

    public static UserInputException UnknownTask(string name, IEnumerable<string> known) =>
        Of("CMP6009", $"There is no evaluation task '{name}'.", Suggestion.DidYouMean(name, known));

    public static UserInputException Budget(string what, string remedy) => Of("CMP6010", what, remedy);

    public static UserInputException Tokens(string what, string remedy) => Of("CMP6011", what, remedy);

    public static UserInputException PathLeaves(string path) => Of(
        "CMP6012", $"The path '{path}' leads out of the clone.", "A relative path stays in it; write an absolute one for data elsewhere.");

    public static UserInputException NoQuestionFits(string task, int length) => Of(
        "CMP6031",
        $"Every question of '{task}' has a choice that is longer than the {length} tokens that the model was trained on.",
        "Raise 'pretrain.length', or leave the task out.");

    private static UserInputException Of(string code, string message, string? remedy, SourceSpan? span = null) =>
        new(new Diagnostic(code, DiagnosticSeverity.Error, message, span, remedy));

    private static SourceSpan Start(string path) => new(path, 1, 1, 1, 1);
}
