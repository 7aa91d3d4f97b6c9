using System.Text;
using Composer.Core;

namespace Composer.Language.Tokenizers;

/// <summary>UTF-8 bytes are the tokens 0 … 255; BOS is 256, EOS 257.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    public string Name => "bytes";

    public int VocabularySize => 258;

    public int BosId => 256;

    public int EosId => 257;

    public Digest ContentDigest { get; } = Digest.Of("composer-tokenizer-1 bytes bos=256 eos=257");

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var value in bytes)
        {
            tokens.Add(value);
        }
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new byte[tokens.Length];
        var count = 0;
        foreach (var token in tokens)
        {
            if (token < 256)
            {
                bytes[count++] = (byte)token;
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
