"""Tiny open models with random weights, saved as diffusers saves real ones."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import sentencepiece
import torch
import transformers
from transformers import ByT5Tokenizer, CLIPTokenizer

END = "<|endoftext|>"


def clip_tokenizer() -> CLIPTokenizer:
    """Letters, and letters that end a word."""
    letters = [chr(c) for c in range(33, 127)]
    tokens = ["<|startoftext|>", END, *letters, *(f"{c}</w>" for c in letters)]
    return CLIPTokenizer(vocab={t: i for i, t in enumerate(tokens)}, merges=[], model_max_length=16)


def clip(tokenizer: CLIPTokenizer, width: int = 32, projected: bool = False) -> Any:
    config = transformers.CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=16,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        projection_dim=width,
        hidden_act="gelu" if projected else "quick_gelu",
    )
    kind = transformers.CLIPTextModelWithProjection if projected else transformers.CLIPTextModel
    return kind(config)


def t5(width: int = 32) -> transformers.T5EncoderModel:
    return transformers.T5EncoderModel(
        transformers.T5Config(
            vocab_size=384, d_model=width, d_kv=8, d_ff=37, num_layers=1, num_heads=4
        )
    )


def vae(channels: int = 4, **settings: Any) -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 16),
        norm_num_groups=8,
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=channels,
        sample_size=64,
        **settings,
    )


def unet(**settings: Any) -> diffusers.UNet2DConditionModel:
    return diffusers.UNet2DConditionModel(
        **{
            "block_out_channels": (8, 16),
            "layers_per_block": 1,
            "sample_size": 32,
            "in_channels": 4,
            "out_channels": 4,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
            "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
            "cross_attention_dim": 32,
            "norm_num_groups": 8,
            "attention_head_dim": 4,
        }
        | settings
    )


def stable_diffusion(folder: Path) -> None:
    tokenizer = clip_tokenizer()
    diffusers.StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        unet=unet(),
        scheduler=diffusers.PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)


def stable_diffusion_xl(folder: Path) -> None:
    tokenizer = clip_tokenizer()
    diffusers.StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        text_encoder_2=clip(tokenizer, projected=True),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet(
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 1),
            projection_class_embeddings_input_dim=80,
            cross_attention_dim=64,
            use_linear_projection=True,
        ),
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
        ),
    ).save_pretrained(folder)


def control_net(folder: Path) -> None:
    network = diffusers.ControlNetModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        in_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        cross_attention_dim=32,
        norm_num_groups=8,
        attention_head_dim=4,
        conditioning_embedding_out_channels=(8, 16),
    )
    for parameter in network.parameters():
        if not parameter.any():  # last layers, which say nothing before training
            torch.nn.init.normal_(parameter)
    network.save_pretrained(folder)


def _if_unet(**settings: Any) -> diffusers.UNet2DConditionModel:
    return unet(
        **{
            "in_channels": 3,
            "out_channels": 6,
            "sample_size": 32,
            "encoder_hid_dim": 32,
            "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
            "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
            "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
            "resnet_time_scale_shift": "scale_shift",
            "addition_embed_type": "text",
            "addition_embed_type_num_heads": 2,
            "cross_attention_norm": "group_norm",
            "act_fn": "gelu",
        }
        | settings
    )


def _ddpm(variance: str) -> diffusers.DDPMScheduler:
    return diffusers.DDPMScheduler(
        num_train_timesteps=1000,
        beta_schedule="squaredcos_cap_v2",
        thresholding=True,
        dynamic_thresholding_ratio=0.95,
        sample_max_value=1.5,
        prediction_type="epsilon",
        variance_type=variance,
    )


def sentence_pieces() -> bytes:
    """A vocabulary as T5 has it, of few words."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a sprinter on the track", "squats in the gym"] * 20),
        model_writer=model,
        vocab_size=40,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    return model.getvalue()


def deepfloyd_first(folder: Path) -> None:
    """With the tokenizer's files as the published model has them: no tokenizer.json."""
    diffusers.IFPipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=t5(),
        unet=_if_unet(),
        scheduler=_ddpm("learned_range"),
        safety_checker=None,
        feature_extractor=None,
        watermarker=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    shutil.rmtree(folder / "tokenizer")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "spiece.model").write_bytes(sentence_pieces())
    (folder / "tokenizer" / "tokenizer_config.json").write_text('{"model_max_length": 77}')
    index = json.loads((folder / "model_index.json").read_text())
    index["tokenizer"] = ["transformers", "T5Tokenizer"]
    (folder / "model_index.json").write_text(json.dumps(index))


def deepfloyd_second(folder: Path) -> None:
    diffusers.IFSuperResolutionPipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=t5(),
        unet=_if_unet(
            in_channels=6,
            sample_size=64,
            class_embed_type="timestep",
            time_embedding_act_fn="gelu",
        ),
        scheduler=_ddpm("learned_range"),
        image_noising_scheduler=_ddpm("learned_range"),
        safety_checker=None,
        feature_extractor=None,
        watermarker=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)


def upscaler(folder: Path) -> None:
    tokenizer = clip_tokenizer()
    diffusers.StableDiffusionUpscalePipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        unet=unet(in_channels=7, num_class_embeds=1000),
        low_res_scheduler=diffusers.DDPMScheduler(),
        scheduler=diffusers.DDIMScheduler(prediction_type="v_prediction"),
        max_noise_level=350,
    ).save_pretrained(folder)


def pixart(folder: Path) -> None:
    diffusers.PixArtSigmaPipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=t5(),
        vae=vae(),
        transformer=diffusers.PixArtTransformer2DModel(
            sample_size=16,
            num_layers=2,
            patch_size=2,
            attention_head_dim=8,
            num_attention_heads=3,
            caption_channels=32,
            in_channels=4,
            cross_attention_dim=24,
            out_channels=8,
            norm_type="ada_norm_single",
            use_additional_conditions=False,
        ),
        scheduler=diffusers.DPMSolverMultistepScheduler(),
    ).save_pretrained(folder)


def flux(folder: Path) -> None:
    tokenizer = clip_tokenizer()
    diffusers.FluxPipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        vae=vae(
            shift_factor=0.06, scaling_factor=1.5, use_quant_conv=False, use_post_quant_conv=False
        ),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        text_encoder_2=t5(),
        tokenizer_2=ByT5Tokenizer(),
        transformer=diffusers.FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=[4, 4, 8],
        ),
    ).save_pretrained(folder)


MAKERS: dict[str, Callable[[Path], None]] = {
    "sd": stable_diffusion,
    "sdxl": stable_diffusion_xl,
    "pose": control_net,
    "if1": deepfloyd_first,
    "if2": deepfloyd_second,
    "x4": upscaler,
    "pixart": pixart,
    "flux": flux,
}


def write(models: Path, *names: str) -> None:
    """Save the named ones, or all, below the models folder; always the same weights."""
    for name in names or MAKERS:
        torch.manual_seed(0)
        MAKERS[name](models / name)
