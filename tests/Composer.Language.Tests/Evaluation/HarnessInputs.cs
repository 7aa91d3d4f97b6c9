using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Evaluation;

/// <summary>What a model would be fed, as texts that stand for it: one line a request.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Shots">Examples before each question.</param>
/// <param name="Tokenizer">Bytes, or BPE with or without BOS of its own.</param>
/// <param name="Bos">The setting; <c>-</c> for none.</param>
/// <param name="Window">Longest sequence.</param>
internal sealed record HarnessInputs(string Task, int Shots, string Tokenizer, string Bos, int Window)
{
    public static HarnessInputs Parse(string text) => text.Split(' ') is [var task, var shots, var tokenizer, var bos, var window]
        ? new(task, int.Parse(shots, CultureInfo.InvariantCulture), tokenizer, bos, int.Parse(window, CultureInfo.InvariantCulture))
        : throw new FormatException(text);

    /// <summary>Of each question of a folder, a line a request.</summary>
    public IEnumerable<IReadOnlyList<string>> Lines(string folder, Func<string, ITokenizer> tokenizerOf)
    {
        var task = EvaluationTasks.Load(Task, folder, Shots, 0);
        var encoder = new RequestEncoder(tokenizerOf(Tokenizer), Window, Bos == "-" ? null : Bos == "true");
        var generator = new MersenneTwister(LanguageModelEvaluator.ShotSeed);
        return task.Questions.Select(question => (IReadOnlyList<string>)
            [.. TaskRequests.Of(task, question, Shots, generator).Select(request =>
                $"{Hash(string.Join('\0', request))}:{(StopsTheHarness(request) ? "refused" : Fed(encoder, request))}")]);

        // A context of white space alone has no token: the harness's assertion fails there, and BOS stands for it here.
        bool StopsTheHarness(IReadOnlyList<string> request) =>
            request.Count == 2 && request[0].Length > 0 && PythonText.Strip(request[0]).Length == 0
            && (Bos == "-" ? tokenizerOf(Tokenizer).SpecialsBefore.Count == 0 : Bos == "false");
    }

    public static string DigestOf(IReadOnlyList<string> lines) => Hash(string.Join('\n', lines))[..12];

    private static string Fed(RequestEncoder encoder, IReadOnlyList<string> request)
    {
        EncodedRequest[] fed = request is [var text] ? [.. encoder.Rolling(text)] : [encoder.Continuation(request[0], request[1])];
        return fed.All(f => f.Fits)
            ? string.Join(';', fed.Select(f => string.Create(
                CultureInfo.InvariantCulture,
                $"{f.Inputs.Length},{f.Continuation.Length},{Hash(string.Join(' ', f.Inputs) + "|" + string.Join(' ', f.Continuation))}")))
            : "refused";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
