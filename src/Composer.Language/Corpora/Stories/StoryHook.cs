namespace Composer.Language.Corpora.Stories;

/// <summary>What a place in a story asks of a reader. Values are only ever appended.</summary>
public enum StoryHookKind
{
    /// <summary>A thing was done; what happened to it?</summary>
    WhatHappened = 0,

    /// <summary>A thing changed hands; who has it?</summary>
    WhoHasIt = 1,

    /// <summary>Somebody has a need; what do they do next?</summary>
    WhatNext = 2,
}

/// <summary>A place in a story where the world's state decides how the text goes on.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Start">Where in the text the continuation begins: the space before it.</param>
/// <param name="Right">The continuation that the story has, without that space.</param>
/// <param name="Wrong">Continuations that the world rules out, each as likely the right one elsewhere.</param>
public sealed record StoryHook(StoryHookKind Kind, int Start, string Right, IReadOnlyList<string> Wrong);
