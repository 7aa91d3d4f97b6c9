using Composer.Core;

namespace Composer.Language.Corpora.Stories;

/// <summary>
/// Simple children's stories in the spirit of BabiStories (Zhang et al. 2023): a small simulated world of
/// characters, places and things, with laws (<see cref="Consequence"/>, <see cref="Need"/>), possession,
/// movement and feelings, told in several sentence forms.
/// </summary>
/// <remarks>A pure function of the seed and the index: any story can be made alone.</remarks>
public static class StoryGenerator
{
    /// <summary>Part of what makes a story; raise it whenever any story changes.</summary>
    public const int Version = 1;

    /// <param name="seed">Of the collection of stories.</param>
    /// <param name="index">Which story of it, from 0.</param>
    /// <param name="required">A hook that the story must have, or null.</param>
    public static Story Create(Seed seed, long index, StoryHookKind? required = null) =>
        new StoryBuilder(new Rng(seed.Derive("story", index))).Build(required);
}
