using System.Globalization;
using System.Text.Json;
using Composer.Core.Diagnostics;
using Composer.Language.Files;

namespace Composer.Language;

/// <summary>The diagnostics of corpora, tokenizers and evaluation data, by code. Codes are only ever appended.</summary>
internal static class LanguageMistake
{
    public static UserInputException FileMissing(string path, string remedy) =>
        Of(MissingFile.Code, $"There is no file '{path}'.", remedy);

    /// <summary>Of a path as the user wrote it.</summary>
    /// <param name="path">What was written.</param>
    /// <param name="folder">Where a relative one starts.</param>
    /// <param name="remedy">What could have been meant.</param>
    public static UserInputException FileMissing(string path, string folder, string remedy) => Path.IsPathRooted(path)
        ? FileMissing(path, remedy)
        : Of(MissingFile.Code, $"There is no file '{path}' in '{folder}', where relative paths start.", remedy);

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

    public static UserInputException CorpusTooLarge(string corpus, long documents) => Of(
        "CMP6005",
        string.Create(CultureInfo.InvariantCulture, $"The corpus '{corpus}' has {documents} documents, more than can be counted."),
        "Name fewer files.");

    public static UserInputException TokenOutsideVocabulary(string path, long token, long place, int vocabulary) => Of(
        "CMP6006",
        string.Create(
            CultureInfo.InvariantCulture, $"'{path}' holds the token {token} at place {place}, but the vocabulary has {vocabulary}."),
        "Raise 'vocabulary', or name the tokenizer that the tokens came from.",
        Start(path));

    public static UserInputException VocabularyTooSmall(int vocabulary, int least) =>
        Of("CMP6007", $"A vocabulary of {vocabulary} has no room for every byte and two marks.", $"It needs at least {least}.");

    public static UserInputException TaskRow(string path, long line, string what, string? remedy = null) =>
        Of("CMP6008", what, remedy, new SourceSpan(path, (int)line, 1, (int)line, 2));

    public static UserInputException UnknownTask(string name, IEnumerable<string> known) =>
        Of("CMP6009", $"There is no evaluation task '{name}'.", Suggestion.DidYouMean(name, known));

    public static UserInputException Ranks(string what, string remedy) => Of("CMP7010", what, remedy);

    public static UserInputException Budget(string what, string remedy) => Of("CMP6010", what, remedy);

    public static UserInputException Tokens(string what, string remedy) => Of("CMP6011", what, remedy);

    public static UserInputException PathLeaves(string path) => Of(
        "CMP6012", $"The path '{path}' leads out of the folder where relative paths start.",
        "A relative path stays in it; write an absolute one for data elsewhere.");

    /// <summary>A file's content is not what it is used for, or not what its name says.</summary>
    public static UserInputException Content(string path, string what, string wanted, string? command) => Of(
        "CMP6030",
        $"'{path}' is {what}, not {wanted}.",
        command is null ? $"Name a file of {wanted}." : $"Get at what is in it first: {CommandOn(path, command)}",
        Start(path));

    public static UserInputException EndingContradicts(string path, string ending, string says, string what, string remedy) =>
        Of("CMP6030", $"'{path}' ends with {ending}, which says {says}, but it is {what}.", remedy, Start(path));

    public static UserInputException EmptyFile(string path) =>
        Of("CMP6030", $"'{path}' is empty.", "Was it fetched whole? Fetch it again, or let the pattern leave it out.", Start(path));

    /// <summary>A pattern takes files of several kinds, one named of each.</summary>
    public static UserInputException Mixture(string pattern, IEnumerable<(string Path, string Kind)> kinds, string narrower) => Of(
        "CMP6031",
        $"'{pattern}' takes files of several kinds: {string.Join(", ", kinds.Select(k => $"'{Path.GetFileName(k.Path)}' ({k.Kind})"))}.",
        $"Narrow the pattern to one of them, such as '{narrower}'.");

    public static UserInputException Twice(string one, string other) => Of(
        "CMP6031",
        $"'{one}' and '{other}' are the same file, packed and not.",
        "Narrow the pattern to one of them, or remove one.",
        Start(other));

    /// <param name="path">The file.</param>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1, in UTF-16 code units.</param>
    /// <param name="offset">Bytes before it, unpacked.</param>
    /// <param name="packing">How the file is packed; null when it is not.</param>
    /// <param name="fault">What is wrong there.</param>
    public static UserInputException Encoding(string path, int line, int column, long offset, ContentKind? packing, Utf8Fault fault)
    {
        var unpack = packing switch { ContentKind.Gzip => "gzip -dc", ContentKind.Zstandard => "zstd -dc", _ => null };
        var remedy = fault.Encoding is null ? CommandOn(path, fault.Remedy!)
            : unpack is null ? $"Write it anew as UTF-8: {CommandOn(path, $"iconv -f {fault.Encoding} -t UTF-8 FILE > NEW")}"
            : $"Write it anew as UTF-8: {CommandOn(path, $"{unpack} FILE | iconv -f {fault.Encoding} -t UTF-8 > NEW")}";
        var place = string.Create(CultureInfo.InvariantCulture, $"At byte {offset}{(unpack is null ? "" : " of what is packed in it")}");
        return Of("CMP6032", $"{place} {fault.What}.", remedy, new SourceSpan(path, line, column, line, column + 1));
    }

    public static UserInputException DamagedPacking(string path, string packing, long unpacked) => Of(
        "CMP6033",
        string.Create(
            CultureInfo.InvariantCulture,
            $"'{path}' is damaged or was cut: its {packing} data breaks off after {unpacked} bytes of what is packed in it."),
        $"Fetch it again; '{packing} -t' says whether it is whole.",
        Start(path));

    public static UserInputException LineTooLong(string path, int line, int most) => Of(
        "CMP6034",
        string.Create(CultureInfo.InvariantCulture, $"This line has more than {most} bytes."),
        "Part its text into several lines.",
        new SourceSpan(path, line, 1, line, 2));

    public static UserInputException Json(string path, int line, JsonText.Fault fault) => Of(
        "CMP6003",
        $"This line is {fault.What}.",
        fault.Remedy is null ? null : CommandOn(path, fault.Remedy),
        new SourceSpan(path, line, fault.Column, line, fault.Column + 1));

    /// <summary>A Parquet file that cannot be read, or not as what it is used for.</summary>
    public static UserInputException Parquet(string path, string what, string? remedy = null) =>
        Of("CMP6035", $"'{path}': {what}.", remedy, Start(path));

    public static UserInputException Unreadable(string path, string why) =>
        Of("CMP6036", $"'{path}' cannot be read: {why.TrimEnd('.')}.", "Give this user the right to read it, or name another file.");

    public static UserInputException Folder(string path) =>
        Of(MissingFile.Code, $"'{path}' is a folder.", $"Name the files in it with a pattern, such as '{path.TrimEnd('/')}/*.jsonl'.");

    private static string CommandOn(string path, string command)
    {
        var name = Path.GetFileName(path);
        var plain = PackedNames.Unpacked(name);
        return command.Replace("FILE", Quoted(name), StringComparison.Ordinal)
            .Replace("NEW", Quoted($"{Path.GetFileNameWithoutExtension(plain)}-new{Path.GetExtension(plain)}"), StringComparison.Ordinal);
    }

    private static string Quoted(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        ? name : $"'{name.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A continuation that cannot be scored whole.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="place">Where the question stands; null where nothing tells.</param>
    /// <param name="question">Its index.</param>
    /// <param name="choice">Which of several choices; null where there is one continuation.</param>
    /// <param name="tokens">Tokens of the continuation.</param>
    /// <param name="window">Tokens that the model is given.</param>
    public static UserInputException ContinuationDoesNotFit(
        string task, SourceSpan? place, int question, int? choice, int tokens, int window)
    {
        var what = choice is { } index ? $"choice {index + 1}" : "the target";
        return Of(
            "CMP6037",
            tokens == 0
                ? string.Create(CultureInfo.InvariantCulture, $"'{task}', question {question + 1}: {what} has no token of its own to be scored.")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{task}', question {question + 1}: {what} has {tokens} tokens, more than the {window} that the model is given; a part of ")
                + "it would be scored.",
            tokens == 0
                ? "Mend the row, or leave it out."
                : "Raise 'pretrain.length' (and 'lm-eval.max_length'), shorten the choice, or leave the task out.",
            place);
    }

    /// <summary>A folder that would be written is there and not empty.</summary>
    public static UserInputException Taken(string output) =>
        Of("CMP6059", $"'{output}' is there already.", "Name another folder, or remove it first: nothing is overwritten.");

    public static UserInputException UnderWay(string folder) =>
        Of("CMP6059", $"Another composer is at work in '{folder}'.", "Wait for it, or name another folder.");

    /// <summary>What is held out does not go with the corpus.</summary>
    public static UserInputException Validation(string what, string remedy) => Of("CMP6058", what, remedy);

    private static UserInputException Of(string code, string message, string? remedy, SourceSpan? span = null) =>
        new(new Diagnostic(code, DiagnosticSeverity.Error, message, span, remedy));

    private static SourceSpan Start(string path) => new(path, 1, 1, 1, 1);
}
