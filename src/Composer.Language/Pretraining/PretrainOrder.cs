namespace Composer.Language.Pretraining;

/// <summary>
/// What rank 0 tells the others before each step, so that a signal which reaches ranks at different moments cannot part them.
/// </summary>
internal enum PretrainOrder : byte
{
    /// <summary>One more step.</summary>
    Step = 0,

    /// <summary>It is cancelled: this process stops here.</summary>
    Stop = 1,

    /// <summary>It has ended, one way or the other.</summary>
    End = 2,
}
