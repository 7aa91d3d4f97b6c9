namespace Composer.Search;

/// <summary>What kinds of strategies there are.</summary>
public static class SearchStrategyTraits
{
    extension(SearchStrategy strategy)
    {
        /// <summary>Whether orders grow by a few layers from phase to phase, with an aggregation between.</summary>
        public bool IsIncremental => strategy is SearchStrategy.EndLayer or SearchStrategy.MiddleLayer;

        /// <summary>Whether candidates are proposed without regard to scores.</summary>
        public bool IsBlind => strategy is SearchStrategy.Exhaustive or SearchStrategy.Random;
    }
}
