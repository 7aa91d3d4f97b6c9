namespace Composer.Language.Tokenizers.Bpe;

/// <summary>The tokens of a piece's characters before any merge, with what is unknown among them as the reference orders it.</summary>
/// <param name="symbols">Receives them.</param>
/// <param name="unknown">What stands for an unknown character; negative where none does.</param>
/// <param name="fuses">Whether unknown characters in a row are one token.</param>
internal ref struct SymbolRow(Span<int> symbols, int unknown, bool fuses)
{
    private readonly Span<int> symbols = symbols;
    private int count;
    private bool isUnknownOpen;

    public void Add(int id)
    {
        Close();
        symbols[count++] = id;
    }

    /// <summary>A byte of a character that is none: an unknown character before it stays open, and comes after it.</summary>
    public void AddByte(int id) => symbols[count++] = id;

    public void AddUnknown()
    {
        if (unknown < 0)
        {
            return;
        }

        if (!fuses)
        {
            Close();
        }

        isUnknownOpen = true;
    }

    /// <summary>How many there are.</summary>
    public int Finish()
    {
        Close();
        return count;
    }

    private void Close()
    {
        if (isUnknownOpen)
        {
            symbols[count++] = unknown;
            isUnknownOpen = false;
        }
    }
}
