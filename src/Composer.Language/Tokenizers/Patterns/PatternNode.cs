namespace Composer.Language.Tokenizers.Patterns;

/// <summary>A parsed pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether it can match nothing.</summary>
    public abstract bool MatchesNothing { get; }

    /// <summary>One character of a set.</summary>
    internal sealed record Set(CharacterSet Characters) : PatternNode
    {
        public override bool MatchesNothing => false;
    }

    /// <summary>One after the other.</summary>
    internal sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool MatchesNothing => Parts.All(p => p.MatchesNothing);
    }

    /// <summary>The first that matches.</summary>
    internal sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool MatchesNothing => Parts.Any(p => p.MatchesNothing);
    }

    /// <summary>So often; without a bound where <paramref name="Most"/> is null.</summary>
    internal sealed record Repeat(PatternNode Part, int Least, int? Most, bool IsLazy) : PatternNode
    {
        public override bool MatchesNothing => Least == 0 || Part.MatchesNothing;
    }

    /// <summary>Matched once, never tried otherwise.</summary>
    internal sealed record Atomic(PatternNode Part) : PatternNode
    {
        public override bool MatchesNothing => Part.MatchesNothing;
    }

    /// <summary>What follows matches, or does not.</summary>
    internal sealed record LookAhead(PatternNode Part, bool IsNegative) : PatternNode
    {
        public override bool MatchesNothing => true;
    }

    /// <summary>A place.</summary>
    internal sealed record At(PatternPlace Place) : PatternNode
    {
        public override bool MatchesNothing => true;
    }
}
