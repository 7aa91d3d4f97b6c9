using Composer.Pipeline.Planning;
using Composer.Training.Hardware;

namespace Composer.Agents.Local;

/// <summary>
/// A machine that a plan asks about when one of its stages wants to know; cheap to make, and each answer is looked up when it is asked for.
/// </summary>
public interface IMachine
{
    /// <summary>Bytes of memory; null when nobody says.</summary>
    long? Memory { get; }

    /// <summary>The first GPU; null when there is none, or nobody says.</summary>
    Gpu? Gpu { get; }

    /// <summary>Why the engine on TorchSharp that is built would not run here; empty when it would.</summary>
    /// <param name="onGpu">Whether on a GPU.</param>
    IEnumerable<MachineLack> WhatTorchLacks(bool onGpu);

    /// <summary>Why several ranks could not share a job here; empty when they could.</summary>
    IEnumerable<MachineLack> WhatRanksLack() => [];
}
