using System.Runtime.InteropServices;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>Hugging Face's own tokenizers, the native library, with special tokens as it puts them by itself.</summary>
internal sealed class ReferenceTokenizer : IDisposable
{
    private readonly global::Tokenizers.DotNet.Tokenizer native;

    /// <param name="path">A tokenizer.json.</param>
    public ReferenceTokenizer(string path) => native = new global::Tokenizers.DotNet.Tokenizer(path);

    /// <summary>Skips the calling test, saying so, where the library is not there.</summary>
    public static void SkipUnlessHere() => Assert.SkipUnless(
        RuntimeInformation.RuntimeIdentifier == "linux-x64",
        "The reference's native library is there for Linux on x64 alone.");

    public IReadOnlyList<int> Encode(string text) => [.. native.Encode(text).Select(t => (int)t)];

    public string Decode(IReadOnlyList<int> tokens) => native.Decode([.. tokens.Select(t => (uint)t)]);

    public void Dispose() => native.Dispose();
}
