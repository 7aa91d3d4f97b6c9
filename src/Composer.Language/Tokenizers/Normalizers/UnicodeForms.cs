using System.Globalization;
using System.Text;

namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>Unicode's normalization forms (UAX 15), of version 9.0, as the reference has them.</summary>
internal static class UnicodeForms
{
    private const int HangulFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailFirst = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly Dictionary<int, int[]> Canonical = [];
    private static readonly Dictionary<int, int[]> Compatible = [];
    private static readonly Dictionary<(int First, int Second), int> Composed = [];
    private static readonly Dictionary<int, int> Classes = [];

    static UnicodeForms()
    {
        foreach (var entry in NormalizationData.Entries.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var place = entry.AsSpan().IndexOfAny("=>~:");
            var (name, rest) = (entry[..place], entry[(place + 1)..]);
            if (entry[place] == ':')
            {
                var ends = name.Split('-');
                for (var c = Hexadecimal(ends[0]); c <= Hexadecimal(ends[^1]); c++)
                {
                    Classes[c] = int.Parse(rest, CultureInfo.InvariantCulture);
                }

                continue;
            }

            int[] parts = [.. rest.Split(' ').Select(Hexadecimal)];
            (entry[place] == '~' ? Compatible : Canonical)[Hexadecimal(name)] = parts;
            if (entry[place] == '=')
            {
                Composed[(parts[0], parts[1])] = Hexadecimal(name);
            }
        }
    }

    /// <summary>A text in one of the forms; the same text where it is ASCII.</summary>
    /// <param name="text">Without lone surrogates.</param>
    /// <param name="form">Which.</param>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var isCompatible = form is NormalizationForm.FormKC or NormalizationForm.FormKD;
        var characters = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, isCompatible, characters);
        }

        Order(characters);
        if (form is NormalizationForm.FormC or NormalizationForm.FormKC)
        {
            Compose(characters);
        }

        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var character in characters)
        {
            result.Append(units[..new Rune(character).EncodeToUtf16(units)]);
        }

        return result.ToString();
    }

    private static int Hexadecimal(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void Decompose(int character, bool isCompatible, List<int> result)
    {
        if (character < 0x80)
        {
            result.Add(character);
            return;
        }

        if (character is >= HangulFirst and < HangulFirst + (Leads * Vowels * Tails))
        {
            var index = character - HangulFirst;
            result.Add(LeadFirst + (index / (Vowels * Tails)));
            result.Add(VowelFirst + (index % (Vowels * Tails) / Tails));
            if (index % Tails > 0)
            {
                result.Add(TailFirst + (index % Tails));
            }

            return;
        }

        if (!Canonical.TryGetValue(character, out var parts) && !(isCompatible && Compatible.TryGetValue(character, out parts)))
        {
            result.Add(character);
            return;
        }

        foreach (var part in parts)
        {
            Decompose(part, isCompatible, result);
        }
    }

    /// <summary>Marks by their class, each run of them for itself, equal ones as they stand.</summary>
    private static void Order(List<int> characters)
    {
        for (var i = 1; i < characters.Count; i++)
        {
            var (mark, its) = (characters[i], ClassOf(characters[i]));
            var place = i;
            while (its > 0 && place > 0 && ClassOf(characters[place - 1]) > its)
            {
                characters[place] = characters[place - 1];
                place--;
            }

            characters[place] = mark;
        }
    }

    private static void Compose(List<int> characters)
    {
        var (starter, before, count) = (-1, 0, 0);
        for (var i = 0; i < characters.Count; i++)
        {
            var character = characters[i];
            var its = ClassOf(character);
            var isBlocked = starter >= 0 && count - 1 > starter && (before >= its || before == 0);
            if (starter >= 0 && !isBlocked && TryCompose(characters[starter], character, out var composed))
            {
                characters[starter] = composed;
                continue;
            }

            if (its == 0)
            {
                starter = count;
            }

            before = its;
            characters[count++] = character;
        }

        characters.RemoveRange(count, characters.Count - count);
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        var (lead, vowel, tail) = (first - LeadFirst, second - VowelFirst, second - TailFirst);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            composed = HangulFirst + (((lead * Vowels) + vowel) * Tails);
            return true;
        }

        if (first is >= HangulFirst and < HangulFirst + (Leads * Vowels * Tails)
            && (first - HangulFirst) % Tails == 0
            && tail is > 0 and < Tails)
        {
            composed = first + tail;
            return true;
        }

        return Composed.TryGetValue((first, second), out composed);
    }

    private static int ClassOf(int character) => character < 0x300 ? 0 : Classes.GetValueOrDefault(character);
}
