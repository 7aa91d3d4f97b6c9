using System.Globalization;
using System.Text;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.Patterns;

/// <summary>
/// Reads a pattern in the syntax that tokenizer files are written in (Oniguruma's, as Ruby has it), as far as tokenizers use it.
/// </summary>
/// <remarks>Whatever it does not know it refuses: a pattern is matched as the reference does, or not at all.</remarks>
internal sealed class PatternParser
{
    private const int MostRepeats = 1000;

    // Under (?i) one character can stand for two of these in a row: ß, ﬆ, ﬀ, ﬁ, ﬂ.
    private static readonly string[] FoldedPairs = ["ss", "st", "ff", "fi", "fl"];

    private readonly string pattern;
    private int place;
    private bool ignoresCase;
    private char folded;

    private PatternParser(string pattern) => this.pattern = pattern;

    private bool IsAtEnd => place == pattern.Length;

    /// <exception cref="TokenizerPartException">It is no pattern, or has what is not implemented.</exception>
    public static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var node = parser.Choice();
        return parser.IsAtEnd ? node : throw parser.Refuse("an unmatched ')'");
    }

    private PatternNode Choice()
    {
        var before = ignoresCase;
        List<PatternNode> parts = [Sequence()];
        while (Take('|'))
        {
            parts.Add(Sequence());
        }

        ignoresCase = before;
        return parts.Count == 1 ? parts[0] : new PatternNode.Choice(parts);
    }

    private PatternNode Sequence()
    {
        var parts = new List<PatternNode>();
        folded = '\0';
        while (!IsAtEnd && pattern[place] is not ('|' or ')'))
        {
            if (Part() is { } part)
            {
                parts.Add(Repeated(part));
            }
        }

        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode Repeated(PatternNode part)
    {
        while (!IsAtEnd)
        {
            var (least, most) = (0, (int?)null);
            var start = place;
            switch (pattern[place])
            {
                case '*':
                    break;
                case '+':
                    least = 1;
                    break;
                case '?':
                    most = 1;
                    break;
                case '{':
                    (least, most) = Interval();
                    place--;
                    break;
                default:
                    return part;
            }

            place++;
            folded = '\0';
            if (part.MatchesNothing && most is null)
            {
                throw Refuse("an endless repetition of what can match nothing", start);
            }

            var isInterval = pattern[start] == '{';
            if (!IsAtEnd && pattern[place] == '+')
            {
                part = isInterval
                    ? throw Refuse("a '+' after an interval")
                    : new PatternNode.Atomic(new PatternNode.Repeat(part, least, most, IsLazy: false));
                place++;
                continue;
            }

            part = new PatternNode.Repeat(part, least, most, IsLazy: Take('?'));
        }

        return part;
    }

    private (int Least, int? Most) Interval()
    {
        var end = pattern.IndexOf('}', place);
        var bounds = end < 0 ? [] : pattern[(place + 1)..end].Split(',');
        if (bounds.Length is not (1 or 2)
            || !TryNumber(bounds[0], out var least)
            || !TryNumber(bounds[^1], out var most)
            || (least is null && most is null)
            || (bounds.Length == 2 && least > most))
        {
            throw Refuse("a '{' that begins no interval");
        }

        place = end + 1;
        return (least ?? 0, most);

        static bool TryNumber(string text, out int? number)
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MostRepeats;
            number = isNumber ? value : null;
            return isNumber || text.Length == 0;
        }
    }

    /// <summary>One part; null where it only changed how the following is read.</summary>
    private PatternNode? Part()
    {
        var c = pattern[place];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                folded = '\0';
                return new PatternNode.Set(new CharacterSet(Bracket()));
            case '.':
                place++;
                folded = '\0';
                return new PatternNode.Set(new CharacterSet(x => x != '\n'));
            case '^':
                place++;
                return new PatternNode.At(PatternPlace.LineStart);
            case '$':
                place++;
                return new PatternNode.At(PatternPlace.LineEnd);
            case '*' or '+' or '?' or '{':
                throw Refuse($"a '{c}' with nothing to repeat");
            case '\\':
                return EscapedPlace() is { } known
                    ? new PatternNode.At(known)
                    : Class() is { } set ? new PatternNode.Set(new CharacterSet(set)) : Literal(EscapedCharacter());
            default:
                return Literal(Character());
        }
    }

    private PatternNode? Group()
    {
        var start = place++;
        if (!Take('?'))
        {
            return Inside(n => n);
        }

        if (Take(':'))
        {
            return Inside(n => n);
        }

        if (Take('='))
        {
            return Inside(n => new PatternNode.LookAhead(n, IsNegative: false));
        }

        if (Take('!'))
        {
            return Inside(n => new PatternNode.LookAhead(n, IsNegative: true));
        }

        if (Take('>'))
        {
            return Inside(n => new PatternNode.Atomic(n));
        }

        if (Take('i'))
        {
            var before = ignoresCase;
            ignoresCase = true;
            if (Take(')'))
            {
                return null; // To the end of the group around it.
            }

            if (Take(':'))
            {
                var node = Inside(n => n);
                ignoresCase = before;
                return node;
            }
        }

        var end = Math.Min(pattern.Length, start + 4);
        throw Refuse($"the group '{pattern[start..end]}'", start);
    }

    private PatternNode Inside(Func<PatternNode, PatternNode> make)
    {
        var node = make(Choice());
        folded = '\0';
        return Take(')') ? node : throw Refuse("a '(' without its ')'");
    }

    private PatternNode.Set Literal(int codePoint)
    {
        if (!ignoresCase)
        {
            return new PatternNode.Set(new CharacterSet(x => x == codePoint));
        }

        CheckFolding(codePoint);
        var lower = codePoint < 128 ? char.ToLowerInvariant((char)codePoint) : '\0';
        if (FoldedPairs.Contains($"{folded}{lower}"))
        {
            throw Refuse($"'{folded}{lower}' without regard to case, for which one character can stand");
        }

        folded = lower;
        return new PatternNode.Set(new CharacterSet(x => Fold(x) == Fold(codePoint)));
    }

    private void CheckFolding(int codePoint)
    {
        if (codePoint >= 128)
        {
            throw Refuse("a character beyond ASCII without regard to case");
        }
    }

    private static int Fold(int codePoint) => codePoint switch
    {
        >= 'A' and <= 'Z' => codePoint + 32,
        0x017F => 's',
        0x212A => 'k',
        _ => codePoint,
    };

    private PatternPlace? EscapedPlace()
    {
        PatternPlace? found = place + 1 < pattern.Length
            ? pattern[place + 1] switch
            {
                'A' => PatternPlace.Start,
                'z' => PatternPlace.End,
                'b' => PatternPlace.WordBoundary,
                _ => null,
            }
            : null;
        place += found is null ? 0 : 2;
        return found;
    }

    /// <summary>A class such as \s or \p{L}, at its backslash; null where the escape is a character.</summary>
    private Predicate<int>? Class()
    {
        if (place + 1 == pattern.Length)
        {
            throw Refuse("a '\\' at its end");
        }

        var letter = pattern[place + 1];
        Predicate<int>? set = char.ToLowerInvariant(letter) switch
        {
            's' => WordCharacters.IsSpace,
            'd' => CategoryNames.Find("Nd"),
            'w' => WordCharacters.IsWord,
            'h' => x => x < 128 && char.IsAsciiHexDigit((char)x),
            'p' => Property(),
            _ => null,
        };
        if (set is null)
        {
            return null;
        }

        if (letter is not ('p' or 'P'))
        {
            place += 2;
        }

        if (ignoresCase && char.ToLowerInvariant(letter) == 'p')
        {
            throw Refuse("a category without regard to case");
        }

        return char.IsAsciiLetterUpper(letter) ? x => !set(x) : set;
    }

    private Predicate<int> Property()
    {
        var end = pattern.IndexOf('}', place);
        if (place + 2 >= pattern.Length || pattern[place + 2] != '{' || end < 0)
        {
            throw Refuse("a \\p without a name in braces");
        }

        var name = pattern[(place + 3)..end];
        var isNegated = name.StartsWith('^');
        var set = CategoryNames.Find(isNegated ? name[1..] : name)
            ?? throw Refuse($"the property '\\p{{{name}}}', which is no general category");
        place = end + 1;
        return isNegated ? x => !set(x) : set;
    }

    /// <summary>A set in brackets, at its '['.</summary>
    private Predicate<int> Bracket()
    {
        var start = place++;
        var isNegated = Take('^');
        var intersected = new List<Predicate<int>>();
        var members = new List<Predicate<int>>();
        for (var isFirst = true; ; isFirst = false)
        {
            if (IsAtEnd || (isFirst && pattern[place] == ']'))
            {
                throw Refuse("a '[' without its ']'", start);
            }

            if (Take(']'))
            {
                break;
            }

            if (pattern.AsSpan(place).StartsWith("&&", StringComparison.Ordinal))
            {
                place += 2;
                intersected.Add(Any([.. members]));
                members.Clear();
            }
            else if (pattern[place] == '[')
            {
                members.Add(pattern.AsSpan(place).StartsWith("[:", StringComparison.Ordinal)
                    ? throw Refuse("a class in '[: :]'")
                    : Bracket());
            }
            else if (pattern[place] == '\\' && Class() is { } set)
            {
                members.Add(set);
            }
            else
            {
                members.Add(Range());
            }
        }

        var last = Any([.. members]);
        Predicate<int>[] all = [.. intersected, last];
        return isNegated ? x => !Array.TrueForAll(all, p => p(x)) : x => Array.TrueForAll(all, p => p(x));

        static Predicate<int> Any(Predicate<int>[] any) => x => Array.Exists(any, p => p(x));
    }

    private Predicate<int> Range()
    {
        var first = BracketCharacter();
        var last = first;
        if (place + 1 < pattern.Length && pattern[place] == '-' && pattern[place + 1] != ']')
        {
            place++;
            last = pattern[place] == '[' ? throw Refuse("a '-' before a set") : BracketCharacter();
            if (last < first)
            {
                throw Refuse("a range that ends before it begins");
            }
        }

        if (!ignoresCase)
        {
            return x => x >= first && x <= last;
        }

        CheckFolding(last);
        return x => IsInside(x) || (Fold(x) is >= 'a' and <= 'z' and var lower && (IsInside(lower) || IsInside(lower - 32)));

        bool IsInside(int x) => x >= first && x <= last;
    }

    private int BracketCharacter() => pattern[place] == '\\' ? EscapedCharacter() : Character();

    private int Character()
    {
        if (Rune.DecodeFromUtf16(pattern.AsSpan(place), out var rune, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw Refuse("half of a surrogate pair");
        }

        place += length;
        return rune.Value;
    }

    private int EscapedCharacter()
    {
        var start = place++;
        if (IsAtEnd)
        {
            throw Refuse("a '\\' at its end");
        }

        var c = pattern[place];
        var simple = c switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => '\u001B',
            _ => '\0',
        };
        if (simple != '\0')
        {
            place++;
            return simple;
        }

        if (c is 'x' or 'u')
        {
            return Hexadecimal(start);
        }

        return char.IsAsciiLetterOrDigit(c) ? throw Refuse($"'\\{c}'", start) : Character();
    }

    private int Hexadecimal(int start)
    {
        var isBraced = pattern[place] == 'x' && place + 1 < pattern.Length && pattern[place + 1] == '{';
        var from = place + (isBraced ? 2 : 1);
        var end = isBraced ? pattern.IndexOf('}', from) : from + (pattern[place] == 'x' ? 2 : 4);
        if (end < 0
            || end > pattern.Length
            || !int.TryParse(pattern.AsSpan(from, end - from), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !Rune.IsValid(value)
            || (pattern[place] == 'x' && !isBraced && value >= 128))
        {
            throw Refuse($"'\\{pattern[place]}' without a character's number", start);
        }

        place = end + (isBraced ? 1 : 0);
        return value;
    }

    private bool Take(char c)
    {
        if (IsAtEnd || pattern[place] != c)
        {
            return false;
        }

        place++;
        return true;
    }

    private TokenizerPartException Refuse(string what, int? where = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"its pattern has {what} (character {(where ?? place) + 1} of '{pattern}')"));
}
