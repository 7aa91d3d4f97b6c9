using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;

namespace Composer.Pipeline.Tests;

/// <summary>What a made-up machine lacks; without a word of it, GPUs.</summary>
internal sealed class FakeResources(params IReadOnlyList<MachineLack> lacks) : IResources
{
    public IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs) =>
        needs.Gpus == 0 ? lacks : [new MachineLack("needs 1 GPU; this machine has none"), .. lacks];
}
