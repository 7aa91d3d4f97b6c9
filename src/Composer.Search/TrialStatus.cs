namespace Composer.Search;

/// <summary>What has become of a trial. Values are persisted and only ever appended.</summary>
public enum TrialStatus
{
    /// <summary>Proposed, and without a score yet; also after a first failure.</summary>
    Pending = 0,

    /// <summary>Scored.</summary>
    Complete = 1,

    /// <summary>Failed as often as a trial may; never proposed again, and no score is made up for it.</summary>
    Failed = 2,

    /// <summary>
    /// Given up before its evaluation was complete, as too bad to matter; its score, if it has one, is a
    /// prediction that surrogates learn from and nothing else counts.
    /// </summary>
    Stopped = 3,
}
