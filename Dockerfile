FROM python:3.12-slim

WORKDIR /app
COPY requirements.txt pyproject.toml README.md LICENSE ./
# The CPU wheels of torch keep the image small; with a GPU, drop the index and use the CUDA wheels.
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps -e . \
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-dejavu-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home coach && mkdir /home/coach/var && chown coach /home/coach/var
USER coach
# Pictures, workspaces and athletes' sessions outlive the container:
# docker run -p 8501:8501 -v trainsight:/home/coach/var trainsight
ENV TRAINSIGHT_HOME=/home/coach/var
VOLUME /home/coach/var
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0"]
