using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.Patterns;

/// <summary>Matches a pattern over code points by backtracking: leftmost, the first alternative first, greedy unless told.</summary>
/// <remarks>Thread-safe. Uses no stack of the machine, so no text is too long.</remarks>
internal sealed class PatternMatcher : ITextMatcher
{
    private readonly List<Step> program = [];

    /// <param name="pattern">As a tokenizer file writes it.</param>
    /// <exception cref="TokenizerPartException">It is no pattern, or has what is not implemented.</exception>
    public PatternMatcher(string pattern)
    {
        Emit(PatternParser.Parse(pattern));
        program.Add(new Step(StepKind.Done));
    }

    private enum StepKind
    {
        One,
        Run,
        Either,
        Jump,
        Place,
        Ahead,
        NotAhead,
        Atomic,
        Done,
    }

    public void Cut(ReadOnlySpan<char> piece, List<MatchPart> parts)
    {
        var open = new Stack<Choice>();
        var (done, lastMatch) = (0, -1);
        for (var from = 0; from <= piece.Length;)
        {
            var (start, end) = Find(piece, from, open);
            if (start < 0)
            {
                break;
            }

            if (start == end && lastMatch == end)
            {
                from = After(piece, from); // Nothing, right after a match, is no match of its own.
                continue;
            }

            if (done < start)
            {
                parts.Add(new MatchPart(done, start, IsMatch: false));
            }

            parts.Add(new MatchPart(start, end, IsMatch: true));
            (from, lastMatch, done) = (end, end, end);
        }

        if (done < piece.Length)
        {
            parts.Add(new MatchPart(done, piece.Length, IsMatch: false));
        }
    }

    private static int After(ReadOnlySpan<char> text, int place)
    {
        CharacterClasses.At(text, place, out var end);
        return Math.Max(end, place + 1);
    }

    private (int Start, int End) Find(ReadOnlySpan<char> text, int from, Stack<Choice> open)
    {
        for (var start = from; start <= text.Length; start = After(text, start))
        {
            if (Match(text, 0, start, open) is >= 0 and var end)
            {
                return (start, end);
            }
        }

        return (-1, -1);
    }

    /// <summary>The end of a match that begins at a place, or -1.</summary>
    private int Match(ReadOnlySpan<char> text, int step, int place, Stack<Choice> open)
    {
        var bottom = open.Count;
        while (true)
        {
            var current = program[step];
            var isGood = true;
            switch (current.Kind)
            {
                case StepKind.Done:
                    while (open.Count > bottom)
                    {
                        open.Pop();
                    }

                    return place;
                case StepKind.One:
                    isGood = TryTake(text, ref place, current.Set!);
                    step++;
                    break;
                case StepKind.Run:
                    isGood = Run(text, current, step + 1, ref place, open);
                    step++;
                    break;
                case StepKind.Either:
                    open.Push(new Choice(current.Other, place, place));
                    step = current.Target;
                    break;
                case StepKind.Jump:
                    step = current.Target;
                    break;
                case StepKind.Place:
                    isGood = IsAt(text, place, current.Place);
                    step++;
                    break;
                case StepKind.Ahead or StepKind.NotAhead:
                    isGood = Match(text, step + 1, place, open) >= 0 == (current.Kind == StepKind.Ahead);
                    step = current.Target;
                    break;
                case StepKind.Atomic:
                    place = Match(text, step + 1, place, open) is var end && end >= 0 ? end : place;
                    isGood = end >= 0;
                    step = current.Target;
                    break;
            }

            if (isGood)
            {
                continue;
            }

            if (open.Count == bottom)
            {
                return -1;
            }

            var choice = open.Pop();
            (step, place) = (choice.Step, choice.Place);
            if (choice.Place > choice.Least)
            {
                // A run gives back its last character.
                var isPair = place - choice.Least > 1 && char.IsLowSurrogate(text[place - 1]) && char.IsHighSurrogate(text[place - 2]);
                place -= isPair ? 2 : 1;
                if (place > choice.Least)
                {
                    open.Push(choice with { Place = place });
                }
            }
        }
    }

    private static bool TryTake(ReadOnlySpan<char> text, ref int place, CharacterSet set)
    {
        if (place == text.Length || !set.Contains(CharacterClasses.CodePointAt(text, place, out var length)))
        {
            return false;
        }

        place += length;
        return true;
    }

    /// <summary>As many characters of a set as there are, and a choice to give them back.</summary>
    private static bool Run(ReadOnlySpan<char> text, Step step, int next, ref int place, Stack<Choice> open)
    {
        var (count, least) = (0, place);
        while (count < step.Most && TryTake(text, ref place, step.Set!))
        {
            count++;
            least = count == step.Least ? place : least;
        }

        if (count < step.Least)
        {
            return false;
        }

        if (place > least)
        {
            open.Push(new Choice(next, place, least));
        }

        return true;
    }

    private static bool IsAt(ReadOnlySpan<char> text, int place, PatternPlace wanted) => wanted switch
    {
        PatternPlace.Start => place == 0,
        PatternPlace.End => place == text.Length,
        PatternPlace.LineStart => place == 0 || (place < text.Length && text[place - 1] == '\n'),
        PatternPlace.LineEnd => place == text.Length || text[place] == '\n',
        _ => IsWordBefore(text, place) != (place < text.Length && WordCharacters.IsWord(CharacterClasses.CodePointAt(text, place, out _))),
    };

    private static bool IsWordBefore(ReadOnlySpan<char> text, int place)
    {
        if (place == 0)
        {
            return false;
        }

        var isPair = place > 1 && char.IsLowSurrogate(text[place - 1]) && char.IsHighSurrogate(text[place - 2]);
        return WordCharacters.IsWord(CharacterClasses.CodePointAt(text, place - (isPair ? 2 : 1), out _));
    }

    private void Emit(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Set set:
                program.Add(new Step(StepKind.One) { Set = set.Characters });
                break;
            case PatternNode.Sequence sequence:
                foreach (var part in sequence.Parts)
                {
                    Emit(part);
                }

                break;
            case PatternNode.Choice choice:
                EmitChoice(choice.Parts, 0);
                break;
            case PatternNode.At at:
                program.Add(new Step(StepKind.Place) { Place = at.Place });
                break;
            case PatternNode.LookAhead look:
                EmitApart(look.IsNegative ? StepKind.NotAhead : StepKind.Ahead, look.Part);
                break;
            case PatternNode.Atomic atomic:
                EmitApart(StepKind.Atomic, atomic.Part);
                break;
            case PatternNode.Repeat { Part: PatternNode.Set set, IsLazy: false } run:
                program.Add(new Step(StepKind.Run) { Set = set.Characters, Least = run.Least, Most = run.Most ?? int.MaxValue });
                break;
            case PatternNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
        }
    }

    private void EmitChoice(IReadOnlyList<PatternNode> parts, int first)
    {
        if (first == parts.Count - 1)
        {
            Emit(parts[first]);
            return;
        }

        var either = Reserve();
        Emit(parts[first]);
        var jump = Reserve();
        program[either] = new Step(StepKind.Either) { Target = either + 1, Other = program.Count };
        EmitChoice(parts, first + 1);
        program[jump] = new Step(StepKind.Jump) { Target = program.Count };
    }

    private void EmitApart(StepKind kind, PatternNode part)
    {
        var head = Reserve();
        Emit(part);
        program.Add(new Step(StepKind.Done));
        program[head] = new Step(kind) { Target = program.Count };
    }

    private void EmitRepeat(PatternNode.Repeat repeat)
    {
        for (var i = 0; i < repeat.Least; i++)
        {
            Emit(repeat.Part);
        }

        if (repeat.Most is null)
        {
            var loop = Reserve();
            Emit(repeat.Part);
            program.Add(new Step(StepKind.Jump) { Target = loop });
            program[loop] = Either(loop + 1, program.Count, repeat.IsLazy);
            return;
        }

        var optional = new List<int>();
        for (var i = repeat.Least; i < repeat.Most; i++)
        {
            optional.Add(Reserve());
            Emit(repeat.Part);
        }

        foreach (var head in optional)
        {
            program[head] = Either(head + 1, program.Count, repeat.IsLazy);
        }
    }

    private static Step Either(int inside, int after, bool isLazy) => isLazy
        ? new Step(StepKind.Either) { Target = after, Other = inside }
        : new Step(StepKind.Either) { Target = inside, Other = after };

    private int Reserve()
    {
        program.Add(default);
        return program.Count - 1;
    }

    private readonly record struct Choice(int Step, int Place, int Least);

    private readonly record struct Step(StepKind Kind)
    {
        public CharacterSet? Set { get; init; }

        public int Least { get; init; }

        public int Most { get; init; }

        public int Target { get; init; }

        public int Other { get; init; }

        public PatternPlace Place { get; init; }
    }
}
