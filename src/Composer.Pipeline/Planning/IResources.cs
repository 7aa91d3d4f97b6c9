using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Planning;

/// <summary>What the agents of a run have.</summary>
public interface IResources
{
    /// <summary>Everything that a computation needs and is not there; empty when it can run.</summary>
    IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs);
}
