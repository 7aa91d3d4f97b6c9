namespace Composer.Search.Confirmation;

/// <summary>Why an order was taken. Values are only ever appended.</summary>
public enum ConfirmationVerdict
{
    /// <summary>The proposed order is the best of the fresh runs.</summary>
    Best = 0,

    /// <summary>Another is better, by no more than the noise: the proposed order stays.</summary>
    WithinNoise = 1,

    /// <summary>Another is better beyond the noise, and was taken.</summary>
    Worse = 2,

    /// <summary>The proposed order failed in a fresh run, and the best of the others was taken.</summary>
    Failed = 3,

    /// <summary>No order came through its fresh runs: nothing could be told, and the first member was taken.</summary>
    Untold = 4,
}
